import NeuralNet
import Tensor

/// A convolution with a bias, a batch norm and an activation.
final class ConvolutionNorm: Layer {
  let conv: Convolution
  let bn: BatchNorm

  init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1, activation: Activation = .identity,
    using generator: inout Generator
  ) {
    conv = .biased(inputs, outputs, kernel: kernel, stride: stride, groups: groups, using: &generator)
    bn = BatchNorm(outputs, activation: activation)
  }

  override func forward(_ x: Tensor) -> Tensor { bn(conv(x)) }
}

/// Two convolutions that halve the picture twice.
final class EfficientFormerV2Stem: Layer {
  let conv1: ConvolutionNorm
  let conv2: ConvolutionNorm

  init(_ inputs: Int, _ outputs: Int, using generator: inout Generator) {
    conv1 = ConvolutionNorm(inputs, outputs / 2, kernel: 3, stride: 2, activation: .gelu, using: &generator)
    conv2 = ConvolutionNorm(outputs / 2, outputs, kernel: 3, stride: 2, activation: .gelu, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor { conv2(conv1(x)) }
}

/// Expansion, a depthwise convolution and a projection: the unified feed-forward network (section 3.1).
final class DepthwiseMLP: Layer {
  let fc1: ConvolutionNorm
  let mid: ConvolutionNorm
  let fc2: ConvolutionNorm

  init(_ channels: Int, hidden: Int, using generator: inout Generator) {
    fc1 = ConvolutionNorm(channels, hidden, kernel: 1, activation: .gelu, using: &generator)
    mid = ConvolutionNorm(hidden, hidden, kernel: 3, groups: hidden, activation: .gelu, using: &generator)
    fc2 = ConvolutionNorm(hidden, channels, kernel: 1, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor { fc2(mid(fc1(x))) }

  /// x + γ ⊙ mlp(x), of which the last norm does all that comes after the convolutions in one pass.
  func residual(from x: Tensor, scaledBy factors: LayerScale) -> Tensor {
    fc2.bn(fc2.conv(mid(fc1(x))), scaledBy: factors.gamma.tensor, adding: x)
  }
}

/// A feed-forward network, in some blocks with attention before it.
///
///     y = x + γ₁ ⊙ attention(x);  z = y + γ₂ ⊙ mlp(y)
final class EfficientFormerV2Block: Layer {
  let tokenMixer: TalkingAttention?
  let ls1: LayerScale?
  let mlp: DepthwiseMLP
  let ls2: LayerScale

  init(_ channels: Int, ratio: Int, attention: TalkingAttention?, using generator: inout Generator) {
    tokenMixer = attention
    ls1 = attention.map { _ in LayerScale(channels) }
    mlp = DepthwiseMLP(channels, hidden: ratio * channels, using: &generator)
    ls2 = LayerScale(channels)
  }

  override func forward(_ x: Tensor) -> Tensor {
    var y = x
    if let tokenMixer, let ls1 { y = x + ls1(tokenMixer(x)) }
    return mlp.residual(from: y, scaledBy: ls2)
  }
}

/// A convolution that halves the grid; before the last stage an attention that halves it too is added.
final class EfficientFormerV2Downsample: Layer {
  let conv: ConvolutionNorm
  let attn: DownsamplingAttention?

  init(_ inputs: Int, _ outputs: Int, attention: DownsamplingAttention?, using generator: inout Generator) {
    conv = ConvolutionNorm(inputs, outputs, kernel: 3, stride: 2, using: &generator)
    attn = attention
  }

  override func forward(_ x: Tensor) -> Tensor { attn.map { $0(x) + conv(x) } ?? conv(x) }
}
