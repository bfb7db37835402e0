import NeuralNet
import Tensor

/// A depthwise convolution and a linear projection: the first block of MobileNetV2.
final class DepthwiseSeparable: Layer {
  let convDw: Convolution
  let bn1: BatchNorm
  let convPw: Convolution
  let bn2: BatchNorm

  init(_ inputs: Int, _ outputs: Int, stride: Int, using generator: inout Generator) {
    convDw = .unbiased(inputs, inputs, kernel: 3, stride: stride, groups: inputs, using: &generator)
    bn1 = BatchNorm(inputs, activation: .relu6)
    convPw = .unbiased(inputs, outputs, kernel: 1, using: &generator)
    bn2 = BatchNorm(outputs)
  }

  override func forward(_ x: Tensor) -> Tensor { bn2(convPw(bn1(convDw(x)))) }
}

/// Expansion, depthwise convolution and linear projection, with a shortcut where the shape stays.
final class InvertedResidual: Layer {
  let convPw: Convolution
  let bn1: BatchNorm
  let convDw: Convolution
  let bn2: BatchNorm
  let convPwl: Convolution
  let bn3: BatchNorm
  private let hasShortcut: Bool

  init(_ inputs: Int, _ outputs: Int, stride: Int, expansion: Int, using generator: inout Generator) {
    let middle = inputs * expansion
    convPw = .unbiased(inputs, middle, kernel: 1, using: &generator)
    bn1 = BatchNorm(middle, activation: .relu6)
    convDw = .unbiased(middle, middle, kernel: 3, stride: stride, groups: middle, using: &generator)
    bn2 = BatchNorm(middle, activation: .relu6)
    convPwl = .unbiased(middle, outputs, kernel: 1, using: &generator)
    bn3 = BatchNorm(outputs)
    hasShortcut = stride == 1 && inputs == outputs
  }

  override func forward(_ x: Tensor) -> Tensor {
    let y = convPwl(bn2(convDw(bn1(convPw(x)))))
    return hasShortcut ? bn3(y, adding: x) : bn3(y)
  }
}

/// MobileNetV2 (Sandler et al., CVPR 2018, table 2) under timm's names.
///
/// # Shapes
/// input [N, H, W, 3] → logits [N, classes].
public final class MobileNetV2: Layer {
  let convStem: Convolution
  let bn1: BatchNorm
  let blocks: Sequential
  let convHead: Convolution
  let bn2: BatchNorm
  let pool = GlobalAveragePool()
  let classifier: Linear

  /// Output channels, blocks and the first block's stride of each stage after the first.
  private static let stages = [(24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1)]

  /// A MobileNetV2 of width 1.
  public init(configuration: ModelConfiguration, using generator: inout Generator) {
    convStem = .unbiased(configuration.inputChannels, 32, kernel: 3, stride: 2, using: &generator)
    bn1 = BatchNorm(32, activation: .relu6)
    var stages = [Sequential(DepthwiseSeparable(32, 16, stride: 1, using: &generator))]
    var inputs = 16
    for (outputs, count, stride) in MobileNetV2.stages {
      var layers: [Layer] = []
      for index in 0..<count {
        layers.append(
          InvertedResidual(
            inputs, outputs, stride: index == 0 ? stride : 1, expansion: 6, using: &generator))
        inputs = outputs
      }
      stages.append(Sequential(layers))
    }
    blocks = Sequential(stages)
    convHead = .unbiased(inputs, 1280, kernel: 1, using: &generator)
    bn2 = BatchNorm(1280, activation: .relu6)
    classifier = Linear(1280, configuration.classes, using: &generator)
  }

  public override func forward(_ x: Tensor) -> Tensor {
    classifier(pool(bn2(convHead(blocks(bn1(convStem(x)))))))
  }
}

extension MobileNetV2 {
  static let entries = [
    ModelEntry(
      "mobilenetv2_100", source: "Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018"
    ) { MobileNetV2(configuration: $0, using: &$1) }
  ]
}
