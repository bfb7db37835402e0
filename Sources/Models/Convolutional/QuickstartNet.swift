import NeuralNet
import Tensor

/// A small network of three convolutions for 28×28 pictures: what `martlet quickstart` trains.
///
/// # Shapes
/// input [N, H, W, C] → logits [N, classes].
public final class QuickstartNet: Chain {
  let conv1: Convolution
  let bn1: BatchNorm
  let conv2: Convolution
  let bn2: BatchNorm
  let conv3: Convolution
  let bn3: BatchNorm
  let maxpool = MaxPool(kernel: 2)
  let pool = GlobalAveragePool()
  let fc: Linear

  /// A quickstart network.
  public init(configuration: ModelConfiguration, using generator: inout Generator) {
    conv1 = .unbiased(configuration.inputChannels, 32, kernel: 3, using: &generator)
    bn1 = BatchNorm(32, activation: .relu)
    conv2 = .unbiased(32, 64, kernel: 3, using: &generator)
    bn2 = BatchNorm(64, activation: .relu)
    conv3 = .unbiased(64, 128, kernel: 3, using: &generator)
    bn3 = BatchNorm(128, activation: .relu)
    fc = Linear(128, configuration.classes, using: &generator)
  }

  public override var links: [Layer] {
    [conv1, bn1, maxpool, conv2, bn2, maxpool, conv3, bn3, pool, fc]
  }
}

extension QuickstartNet {
  static let entries = [
    ModelEntry(
      "quickstart", source: "Martlet", classes: 10, inputChannels: 1, inputSize: 28, reduction: 4,
      preparation: .symmetric(channels: 1, crop: 1)
    ) { QuickstartNet(configuration: $0, using: &$1) }
  ]
}
