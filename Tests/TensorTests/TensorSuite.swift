import Testing

/// The tests of the module Tensor run one after the other: they count bytes, threads and kernels of the whole process.
@Suite(.serialized) enum TensorSuite {}
