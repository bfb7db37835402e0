import CKernels

/// A depthwise convolution for inference: weights packed once, bias and activation in the same pass.
final class PreparedDepthwise: Sendable {
  private let convolution: DepthwiseConvolution
  private let geometry: ConvolutionGeometry
  private let activation: Activation
  private let packed: Tensor

  init(_ geometry: ConvolutionGeometry, weight: Tensor, bias: Tensor?, activation: Activation) {
    convolution = DepthwiseConvolution(geometry)
    (self.geometry, self.activation) = (geometry, activation)
    var shape = convolution.shape
    packed = Tensor(uninitialized: [Int(ck_depthwise_packed_size(&shape))], dtype: .uint8)
    switch geometry.dtype {
    case .bfloat16: ck_depthwise_pack_bf16(&shape, weight.floats, bias?.floats, packed.pointer)
    default: ck_depthwise_pack_f32(&shape, weight.floats, bias?.floats, packed.pointer)
    }
  }

  func run(_ x: Tensor) -> Tensor {
    let y = Tensor(uninitialized: geometry.outputShape, dtype: x.dtype)
    run(x, into: y)
    return y
  }

  /// Fills the result for images of the geometry.
  func run(_ x: Tensor, into y: Tensor) {
    var shape = convolution.shape
    let scratch = Storage(byteCount: Int(ck_depthwise_scratch(&shape)))
    Ledger.kernel("depthwise convolution", operations: geometry.operations) {
      switch x.dtype {
      case .bfloat16:
        ck_depthwise_infer_bf16(&shape, x.bfloats, packed.pointer, activation.kernel, y.bfloats, scratch.pointer)
      default: ck_depthwise_infer_f32(&shape, x.floats, packed.pointer, activation.kernel, y.floats, scratch.pointer)
      }
    }
  }
}
