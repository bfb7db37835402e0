import NeuralNet
import Tensor

/// A convolution without bias and the batch norm after it; whoever holds it names both.
struct NormedConvolution {
  let convolution: Convolution
  let norm: BatchNorm

  init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
    activation: Activation = .identity, design: MobileDesign, using generator: inout Generator
  ) {
    let amount = (kernel - 1) / 2 * dilation
    convolution = Convolution(
      inputs, outputs, kernel: Pair(kernel, kernel), stride: Pair(stride, stride),
      padding: design.padding == .same ? .same : .fixed(Padding(integerLiteral: amount)),
      dilation: Pair(dilation, dilation), groups: groups, bias: false, using: &generator)
    norm = BatchNorm(outputs, activation: activation, epsilon: design.epsilon)
  }

  /// Both in the order in which they run.
  var links: [Layer] { [convolution, norm] }

  func callAsFunction(_ x: Tensor) -> Tensor { norm(convolution(x)) }

  func callAsFunction(_ x: Tensor, adding residual: Tensor) -> Tensor { norm(convolution(x), adding: residual) }

  /// Both as parts of the holder.
  func parts(_ names: MobileNaming.Unit) -> [(name: String, part: Any)] {
    [(names.convolution, convolution)] + (names.norm.map { [($0, norm)] } ?? [])
  }
}
