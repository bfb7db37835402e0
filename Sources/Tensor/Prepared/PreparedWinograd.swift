/// A convolution for inference by Winograd's algorithm, its weights transformed once.
final class PreparedWinograd: Sendable {
  private let convolution: WinogradConvolution
  private let weights: Tensor
  private let bias: Tensor?
  private let post: PostOperations

  /// nil where the algorithm does not apply, or takes longer.
  init?(_ geometry: ConvolutionGeometry, weight: Tensor, bias: Tensor?, post: PostOperations) {
    guard WinogradConvolution.fuses(post.activation),
      let convolution = WinogradConvolution(geometry, isTrained: false), convolution.arithmetic == geometry.dtype
    else { return nil }
    (self.convolution, self.bias, self.post) = (convolution, bias?.detached, post)
    weights = convolution.packed(weight.detached)
  }

  /// The result for an input: in the residual's memory where that is replaced, else in new memory.
  func run(_ x: Tensor, residual addend: Tensor?, shape: Shape) -> Tensor {
    let output = post.output(shape, x.dtype, residual: addend)
    let finish = WinogradConvolution.Finish(
      shift: bias, residual: post.residual == .none ? nil : addend, activation: post.activation)
    convolution.forward(x, packed: weights, finish, into: output)
    return output
  }
}
