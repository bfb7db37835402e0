import NeuralNet
import Tensor

/// Two 3×3 convolutions with a shortcut around them: act(norm(conv(act(norm(conv(x))))) + shortcut(x)).
final class BasicBlock: Layer {
  let conv1: Convolution
  let bn1: BatchNorm
  let conv2: Convolution
  let bn2: BatchNorm
  let downsample: Sequential?

  init(_ inputs: Int, _ outputs: Int, stride: Int, using generator: inout Generator) {
    conv1 = .unbiased(inputs, outputs, kernel: 3, stride: stride, using: &generator)
    bn1 = BatchNorm(outputs, activation: .relu)
    conv2 = .unbiased(outputs, outputs, kernel: 3, using: &generator)
    bn2 = BatchNorm(outputs, activation: .relu)
    downsample =
      stride == 1 && inputs == outputs
      ? nil
      : Sequential(
        Convolution.unbiased(inputs, outputs, kernel: 1, stride: stride, using: &generator), BatchNorm(outputs))
  }

  override func forward(_ x: Tensor) -> Tensor {
    let shortcut = downsample?(x) ?? x
    return bn2(conv2(bn1(conv1(x))), adding: shortcut)
  }
}

/// ResNet for ImageNet-sized pictures (He et al., CVPR 2016) under torchvision's names.
///
/// # Shapes
/// input [N, H, W, 3] → logits [N, classes].
public final class ResNet: Layer {
  let conv1: Convolution
  let bn1: BatchNorm
  let maxpool: MaxPool
  let layer1: Sequential
  let layer2: Sequential
  let layer3: Sequential
  let layer4: Sequential
  let pool = GlobalAveragePool()
  let fc: Linear

  /// A ResNet of basic blocks.
  /// - Parameter blocks: the number of blocks in each of the four stages.
  public init(blocks: [Int], configuration: ModelConfiguration, using generator: inout Generator) {
    conv1 = .unbiased(configuration.inputChannels, 64, kernel: 7, stride: 2, using: &generator)
    bn1 = BatchNorm(64, activation: .relu)
    maxpool = MaxPool(kernel: 3, stride: 2, padding: 1)
    layer1 = .stage(64, 64, count: blocks[0], stride: 1, using: &generator, block: BasicBlock.init)
    layer2 = .stage(64, 128, count: blocks[1], stride: 2, using: &generator, block: BasicBlock.init)
    layer3 = .stage(128, 256, count: blocks[2], stride: 2, using: &generator, block: BasicBlock.init)
    layer4 = .stage(256, 512, count: blocks[3], stride: 2, using: &generator, block: BasicBlock.init)
    fc = Linear(512, configuration.classes, using: &generator)
  }

  public override func forward(_ x: Tensor) -> Tensor {
    fc(pool(layer4(layer3(layer2(layer1(maxpool(bn1(conv1(x)))))))))
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
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
    using generator: inout Generator
  ) -> Convolution {
    Convolution(
      inputs, outputs, kernel: Pair(kernel, kernel), stride: Pair(stride, stride),
      padding: .fixed(Padding(integerLiteral: (kernel - 1) / 2)), groups: groups, bias: false, using: &generator)
  }
}

extension ResNet {
  static let publication = "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"

  static let entries = [
    ModelEntry("resnet18", source: publication) { ResNet(blocks: [2, 2, 2, 2], configuration: $0, using: &$1) },
    ModelEntry("resnet34", source: publication) { ResNet(blocks: [3, 4, 6, 3], configuration: $0, using: &$1) },
  ]
}
