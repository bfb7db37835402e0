import NeuralNet
import Tensor

/// A convolution and its batch norm, under the names "0" and "1".
final class NormalizedConvolution: Layer {
  let convolution: Convolution
  let norm: BatchNorm

  init(
    _ inputs: Int, _ outputs: Int, kernel: Int = 1, stride: Int = 1, activation: Activation = .identity,
    using generator: inout Generator
  ) {
    convolution = .heBiased(inputs, outputs, kernel: kernel, stride: stride, using: &generator)
    norm = BatchNorm(outputs, activation: activation)
  }

  override var parts: [(name: String, part: Any)] { [("0", convolution), ("1", norm)] }

  override func forward(_ x: Tensor) -> Tensor { norm(convolution(x)) }
}

/// A convolution that halves the grid, and its batch norm.
final class GraphDownsample: Layer {
  let conv: NormalizedConvolution

  init(_ inputs: Int, _ outputs: Int, using generator: inout Generator) {
    conv = NormalizedConvolution(inputs, outputs, kernel: 3, stride: 2, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor { conv(x) }
}

extension Convolution {
  /// A convolution with a bias that starts at zero and weights by He's rule over the inputs, padded so that stride 1 keeps the
  /// size.
  static func heBiased(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1, using generator: inout Generator
  ) -> Convolution {
    .biased(
      inputs, outputs, kernel: kernel, stride: stride, groups: groups, initializer: .heFanIn, using: &generator)
  }
}

extension BatchNorm {
  /// The end of a residual body: x + drop(γ ⊙ norm(u)), in one pass where no example is dropped.
  /// - Parameter scale: γ; ones by default.
  func residual(_ u: Tensor, scaledBy scale: Parameter? = nil, dropping dropPath: DropPath, from x: Tensor) -> Tensor {
    let drops = dropPath.isTraining && dropPath.probability > 0
    return drops ? x + dropPath(self(u, scaledBy: scale?.tensor)) : self(u, scaledBy: scale?.tensor, adding: x)
  }
}
