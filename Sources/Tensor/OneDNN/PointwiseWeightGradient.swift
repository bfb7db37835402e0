import CKernels

/// The weight gradient of a pointwise convolution by a kernel of our own: it writes the weights' own order and needs no number of
/// channels that fills vectors, where oneDNN's kernels reach half of their speed.
struct PointwiseWeightGradient {
  /// The numbers of a vector: with fewer channels most of it would be empty.
  private static let leastChannels = 16

  private let rows: Int64
  private let inputs: Int64
  private let outputs: Int64

  /// nil where oneDNN's kernel is faster.
  init?(_ geometry: ConvolutionGeometry) {
    let isFaster = min(geometry.inputChannels, geometry.outputChannels) >= PointwiseWeightGradient.leastChannels
    guard Compute.hasWideRegisters, geometry.isPointwise, geometry.groups == 1, !geometry.hasBias, isFaster,
      geometry.arithmetic == .float32
    else { return nil }
    rows = Int64(geometry.batch * geometry.height * geometry.width)
    (inputs, outputs) = (Int64(geometry.inputChannels), Int64(geometry.outputChannels))
  }

  func fill(_ weight: Tensor, from cotangent: Tensor, input: Tensor) {
    let scratch = Storage(byteCount: Int(ck_pointwise_weights_scratch(inputs, outputs)))
    ck_pointwise_weights(
      rows, inputs, outputs, input.floats, cotangent.floats, weight.floats, scratch.pointer)
  }
}
