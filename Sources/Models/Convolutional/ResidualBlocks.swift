import NeuralNet
import Tensor

/// Two 3×3 convolutions with a shortcut around them: act(norm(conv(act(norm(conv(x))))) + shortcut(x)).
final class BasicBlock: Layer {
  let conv1: Convolution
  let bn1: BatchNorm
  let conv2: Convolution
  let bn2: BatchNorm
  let downsample: Sequential?

  /// - Parameter dilation: of the first convolution.
  init(_ inputs: Int, _ outputs: Int, stride: Int, dilation: Int = 1, using generator: inout Generator) {
    conv1 = .unbiased(inputs, outputs, kernel: 3, stride: stride, dilation: dilation, using: &generator)
    bn1 = BatchNorm(outputs, activation: .relu)
    conv2 = .unbiased(outputs, outputs, kernel: 3, using: &generator)
    bn2 = BatchNorm(outputs, activation: .relu)
    downsample = .projection(inputs, outputs, stride: stride, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    let shortcut = downsample?(x) ?? x
    return bn2(conv2(bn1(conv1(x))), adding: shortcut)
  }
}

/// A 1×1, a 3×3 and a 1×1 convolution with a shortcut around them; the 3×3 one has the stride (version 1.5).
final class Bottleneck: Layer {
  /// How many times as many channels the result has as the convolution in the middle.
  static let expansion = 4

  let conv1: Convolution
  let bn1: BatchNorm
  let conv2: Convolution
  let bn2: BatchNorm
  let conv3: Convolution
  let bn3: BatchNorm
  let downsample: Sequential?

  init(_ inputs: Int, _ outputs: Int, stride: Int, using generator: inout Generator) {
    let middle = outputs / Bottleneck.expansion
    conv1 = .unbiased(inputs, middle, kernel: 1, using: &generator)
    bn1 = BatchNorm(middle, activation: .relu)
    conv2 = .unbiased(middle, middle, kernel: 3, stride: stride, using: &generator)
    bn2 = BatchNorm(middle, activation: .relu)
    conv3 = .unbiased(middle, outputs, kernel: 1, using: &generator)
    bn3 = BatchNorm(outputs, activation: .relu)
    downsample = .projection(inputs, outputs, stride: stride, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    let shortcut = downsample?(x) ?? x
    return bn3(conv3(bn2(conv2(bn1(conv1(x))))), adding: shortcut)
  }
}

extension Sequential {
  /// The shortcut of a block that changes the shape; nil where the shape stays.
  fileprivate static func projection(
    _ inputs: Int, _ outputs: Int, stride: Int, using generator: inout Generator
  ) -> Sequential? {
    if stride == 1 && inputs == outputs { return nil }
    return Sequential(
      Convolution.unbiased(inputs, outputs, kernel: 1, stride: stride, using: &generator), BatchNorm(outputs))
  }
}

extension Sequential {
  /// Blocks of which the first changes the number of channels and, by its stride, the size.
  static func stage(
    _ inputs: Int, _ outputs: Int, count: Int, stride: Int, using generator: inout Generator,
    block: (_ inputs: Int, _ outputs: Int, _ stride: Int, inout Generator) -> Layer
  ) -> Sequential {
    Sequential(
      (0..<count).map { index in
        block(index == 0 ? inputs : outputs, outputs, index == 0 ? stride : 1, &generator)
      })
  }
}

extension Convolution {
  /// A convolution before a batch norm: no bias, padded so that stride 1 keeps the size.
  static func unbiased(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
    using generator: inout Generator
  ) -> Convolution {
    Convolution(
      inputs, outputs, kernel: Pair(kernel, kernel), stride: Pair(stride, stride),
      padding: .fixed(Padding(integerLiteral: (kernel - 1) / 2 * dilation)), dilation: Pair(dilation, dilation),
      groups: groups, bias: false, using: &generator)
  }
}
