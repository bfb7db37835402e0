import NeuralNet
import Tensor

/// A basic block whose shortcut has no weights: every other pixel, and zeros for the new channels ("option A").
final class CIFARBlock: Layer {
  let conv1: Convolution
  let bn1: BatchNorm
  let conv2: Convolution
  let bn2: BatchNorm
  private let stride: Int
  private let newChannels: Int

  init(_ inputs: Int, _ outputs: Int, stride: Int, using generator: inout Generator) {
    conv1 = .unbiased(inputs, outputs, kernel: 3, stride: stride, using: &generator)
    bn1 = BatchNorm(outputs, activation: .relu)
    conv2 = .unbiased(outputs, outputs, kernel: 3, using: &generator)
    bn2 = BatchNorm(outputs, activation: .relu)
    self.stride = stride
    newChannels = outputs - inputs
  }

  override func forward(_ x: Tensor) -> Tensor {
    var shortcut = x
    if stride > 1 {
      shortcut = shortcut.averagePooled(PoolingOptions(kernel: 1, stride: Pair(stride, stride)))
    }
    if newChannels > 0 {
      let before = newChannels / 2
      shortcut = shortcut.padded([(0, 0), (0, 0), (0, 0), (before, newChannels - before)])
    }
    return bn2(conv2(bn1(conv1(x))), adding: shortcut)
  }
}

/// ResNet for 32×32 pictures (He et al., CVPR 2016, section 4.2) under the names of pytorch_resnet_cifar10.
///
/// # Shapes
/// input [N, H, W, 3] → logits [N, classes].
public final class CIFARResNet: Chain {
  let conv1: Convolution
  let bn1: BatchNorm
  let layer1: Sequential
  let layer2: Sequential
  let layer3: Sequential
  let pool = GlobalAveragePool()
  let linear: Linear

  /// A CIFAR ResNet.
  /// - Parameters:
  ///   - depth: 6 n + 2 layers; 20 and 56 are registered.
  ///   - configuration: the model's name, classes and pictures.
  ///   - generator: draws the weights.
  public init(depth: Int, configuration: ModelConfiguration, using generator: inout Generator) {
    precondition(depth % 6 == 2, "the depth of a CIFAR ResNet is 6 n + 2, not \(depth)")
    conv1 = .unbiased(configuration.inputChannels, 16, kernel: 3, using: &generator)
    bn1 = BatchNorm(16, activation: .relu)
    let count = (depth - 2) / 6
    layer1 = .stage(16, 16, count: count, stride: 1, using: &generator, block: CIFARBlock.init)
    layer2 = .stage(16, 32, count: count, stride: 2, using: &generator, block: CIFARBlock.init)
    layer3 = .stage(32, 64, count: count, stride: 2, using: &generator, block: CIFARBlock.init)
    linear = Linear(64, configuration.classes, using: &generator)
  }

  public override var links: [Layer] { [conv1, bn1, layer1, layer2, layer3, pool, linear] }
}

extension CIFARResNet {
  static let entries = [20, 56].map { depth in
    ModelEntry(
      "cifar_resnet\(depth)", source: ResNet.publication, classes: 10, inputSize: 32, reduction: 4,
      preparation: .imageNet(crop: 1, .bilinear)
    ) { CIFARResNet(depth: depth, configuration: $0, using: &$1) }
  }
}
