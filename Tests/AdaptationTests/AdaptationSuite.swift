import Testing

/// The tests of this module; one after the other, since some count the bytes and kernels of the whole process.
@Suite(.serialized) struct AdaptationSuite {}
