import NeuralNet
import Tensor

/// Two convolutions that halve the picture twice.
final class EfficientFormerStem: Layer {
  let conv1: Convolution
  let norm1: BatchNorm
  let conv2: Convolution
  let norm2: BatchNorm

  init(_ inputs: Int, _ outputs: Int, using generator: inout Generator) {
    conv1 = .biased(inputs, outputs / 2, kernel: 3, stride: 2, using: &generator)
    norm1 = BatchNorm(outputs / 2, activation: .relu)
    conv2 = .biased(outputs / 2, outputs, kernel: 3, stride: 2, using: &generator)
    norm2 = BatchNorm(outputs, activation: .relu)
  }

  override func forward(_ x: Tensor) -> Tensor { norm2(conv2(norm1(conv1(x)))) }
}

/// A convolution that halves the grid at the start of a stage.
final class EfficientFormerDownsample: Layer {
  let conv: Convolution
  let norm: BatchNorm

  init(_ inputs: Int, _ outputs: Int, using generator: inout Generator) {
    conv = .biased(inputs, outputs, kernel: 3, stride: 2, using: &generator)
    norm = BatchNorm(outputs)
  }

  override func forward(_ x: Tensor) -> Tensor { norm(conv(x)) }
}

/// Two 1×1 convolutions over a grid, each with a batch norm.
final class ConvolutionMLP: Layer {
  let fc1: Convolution
  let norm1: BatchNorm
  let fc2: Convolution
  let norm2: BatchNorm

  init(_ channels: Int, hidden: Int, using generator: inout Generator) {
    fc1 = .biased(channels, hidden, kernel: 1, using: &generator)
    norm1 = BatchNorm(hidden, activation: .gelu)
    fc2 = .biased(hidden, channels, kernel: 1, using: &generator)
    norm2 = BatchNorm(channels)
  }

  override func forward(_ x: Tensor) -> Tensor { norm2(unnormalized(x)) }

  /// x + γ ⊙ mlp(x), of which the second norm does all that comes after the convolutions in one pass.
  func residual(from x: Tensor, scaledBy factors: LayerScale) -> Tensor {
    norm2(unnormalized(x), scaledBy: factors.gamma.tensor, adding: x)
  }

  private func unnormalized(_ x: Tensor) -> Tensor { fc2(norm1(fc1(x))) }
}

/// A block over a grid: pooling minus identity mixes the tokens, then 1×1 convolutions the channels (equation 4).
///
///     y = x + γ₁ ⊙ (pool3×3(x) − x);  z = y + γ₂ ⊙ mlp(y)
final class PoolingBlock: Layer {
  let ls1: LayerScale
  let mlp: ConvolutionMLP
  let ls2: LayerScale

  init(_ channels: Int, using generator: inout Generator) {
    ls1 = LayerScale(channels)
    mlp = ConvolutionMLP(channels, hidden: 4 * channels, using: &generator)
    ls2 = LayerScale(channels)
  }

  override func forward(_ x: Tensor) -> Tensor {
    let mixed = x.mixedByPooling(factors: ls1.gamma.tensor)
    return mlp.residual(from: mixed, scaledBy: ls2)
  }
}

/// The grid [N, H, W, C] as tokens [N, H · W, C], row by row.
final class GridToTokens: Layer {
  override func forward(_ x: Tensor) -> Tensor { x.reshaped([x.shape[0], x.shape[1] * x.shape[2], x.shape[3]]) }
}

/// A block over tokens: attention, then a perceptron, each after a layer norm (equation 5).
final class AttentionBlock: Layer {
  let norm1: LayerNorm
  let tokenMixer: GridAttention
  let ls1: LayerScale
  let norm2: LayerNorm
  let mlp: MLP
  let ls2: LayerScale

  init(_ channels: Int, side: Int, using generator: inout Generator) {
    norm1 = LayerNorm(channels)
    tokenMixer = GridAttention(channels, side: side, using: &generator)
    ls1 = LayerScale(channels)
    norm2 = LayerNorm(channels)
    mlp = MLP(channels, hidden: 4 * channels, initializer: .normal(deviation: 0.02), using: &generator)
    ls2 = LayerScale(channels)
  }

  override func forward(_ x: Tensor) -> Tensor {
    let mixed = x + ls1(tokenMixer(norm1(x)))
    return mixed + ls2(mlp(norm2(mixed)))
  }
}

extension Convolution {
  /// A convolution with a bias, padded so that stride 1 keeps the size.
  static func biased(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
    initializer: Initializer = .uniformFanIn, using generator: inout Generator
  ) -> Convolution {
    Convolution(
      inputs, outputs, kernel: Pair(kernel, kernel), stride: Pair(stride, stride),
      padding: .fixed(Padding(integerLiteral: kernel / 2)), groups: groups, initializer: initializer,
      using: &generator)
  }
}
