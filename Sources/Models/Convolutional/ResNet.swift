import NeuralNet
import Tensor

/// ResNet for ImageNet-sized pictures (He et al., CVPR 2016) under torchvision's names.
///
/// # Shapes
/// input [N, H, W, 3] → logits [N, classes].
public final class ResNet: Chain {
  let conv1: Convolution
  let bn1: BatchNorm
  let maxpool: MaxPool
  let layer1: Sequential
  let layer2: Sequential
  let layer3: Sequential
  let layer4: Sequential
  let pool = GlobalAveragePool()
  let fc: Linear

  /// The blocks of a ResNet.
  public enum Block: Sendable {
    /// Two 3×3 convolutions.
    case basic
    /// 1×1, 3×3 and 1×1 convolutions; the last widens fourfold.
    case bottleneck
  }

  /// A ResNet.
  /// - Parameters:
  ///   - block: the kind of its blocks.
  ///   - blocks: the number of blocks in each of the four stages.
  ///   - configuration: the model's name, classes and pictures.
  ///   - generator: draws the weights.
  public init(
    _ block: Block = .basic, blocks: [Int], configuration: ModelConfiguration, using generator: inout Generator
  ) {
    conv1 = .unbiased(configuration.inputChannels, 64, kernel: 7, stride: 2, using: &generator)
    bn1 = BatchNorm(64, activation: .relu)
    maxpool = MaxPool(kernel: 3, stride: 2, padding: 1)
    let expansion = block == .basic ? 1 : Bottleneck.expansion
    var inputs = 64
    func stage(_ index: Int, _ generator: inout Generator) -> Sequential {
      let outputs = (64 << index) * expansion
      defer { inputs = outputs }
      return .stage(inputs, outputs, count: blocks[index], stride: index == 0 ? 1 : 2, using: &generator) {
        switch block {
        case .basic: BasicBlock($0, $1, stride: $2, using: &$3)
        case .bottleneck: Bottleneck($0, $1, stride: $2, using: &$3)
        }
      }
    }
    layer1 = stage(0, &generator)
    layer2 = stage(1, &generator)
    layer3 = stage(2, &generator)
    layer4 = stage(3, &generator)
    fc = Linear(inputs, configuration.classes, using: &generator)
  }

  public override var links: [Layer] { [conv1, bn1, maxpool, layer1, layer2, layer3, layer4, pool, fc] }
}

extension ResNet {
  static let publication = "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"

  static let entries = [
    entry("resnet18", .basic, [2, 2, 2, 2]),
    entry("resnet34", .basic, [3, 4, 6, 3]),
    entry("resnet50", .bottleneck, [3, 4, 6, 3]),
  ]

  private static func entry(_ name: String, _ block: Block, _ blocks: [Int]) -> ModelEntry {
    ModelEntry(name, source: publication) { ResNet(block, blocks: blocks, configuration: $0, using: &$1) }
  }
}
