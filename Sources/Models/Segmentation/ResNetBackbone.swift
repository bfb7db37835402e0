import NeuralNet
import Tensor

/// ResNet-18 (He et al., CVPR 2016) under mmsegmentation's names.
final class ResNetBackbone: Module, SegmentationBackbone {
  /// What stands in front of the blocks.
  enum Stem {
    /// One 7×7 convolution, as in torchvision's classifiers.
    case plain
    /// Three 3×3 ones instead: ResNetV1c (He et al., CVPR 2019, figure 2b).
    case deep
  }

  private let kind: Stem
  let stem: Sequential
  let maxpool = MaxPool(kernel: 3, stride: 2, padding: 1)
  let layer1: Sequential
  let layer2: Sequential
  let layer3: Sequential
  let layer4: Sequential

  /// - Parameter isDilated: whether the last two stages dilate instead of halving, so that maps are an eighth of the picture.
  init(_ kind: Stem, isDilated: Bool, inputChannels: Int, using generator: inout Generator) {
    self.kind = kind
    stem =
      switch kind {
      case .plain:
        Sequential(
          Convolution.unbiased(inputChannels, 64, kernel: 7, stride: 2, using: &generator),
          BatchNorm(64, activation: .relu))
      case .deep:
        Sequential(
          Convolution.unbiased(inputChannels, 32, kernel: 3, stride: 2, using: &generator), BatchNorm(32),
          ActivationLayer(.relu), Convolution.unbiased(32, 32, kernel: 3, using: &generator), BatchNorm(32),
          ActivationLayer(.relu), Convolution.unbiased(32, 64, kernel: 3, using: &generator), BatchNorm(64),
          ActivationLayer(.relu))
      }
    layer1 = .dilatedStage(64, 64, stride: 1, dilation: 1, using: &generator)
    layer2 = .dilatedStage(64, 128, stride: 2, dilation: 1, using: &generator)
    layer3 = .dilatedStage(128, 256, stride: isDilated ? 1 : 2, dilation: isDilated ? 2 : 1, using: &generator)
    layer4 = .dilatedStage(256, 512, stride: isDilated ? 1 : 2, dilation: isDilated ? 4 : 1, using: &generator)
  }

  override var parts: [(name: String, part: Any)] {
    let first: [(String, Any)] =
      switch kind {
      case .plain: zip(["conv1", "bn1"], stem.layers).map { ($0, $1) }
      case .deep: [("stem", stem)]
      }
    return first
      + [("maxpool", maxpool), ("layer1", layer1), ("layer2", layer2), ("layer3", layer3), ("layer4", layer4)]
  }

  var channels: [Int] { [64, 128, 256, 512] }

  func features(_ x: Tensor) -> [Tensor] {
    let first = layer1(maxpool(stem(x)))
    let second = layer2(first)
    let third = layer3(second)
    return [first, second, third, layer4(third)]
  }

  func moveClassifier(_ arrays: inout RenamedArrays, under prefix: String) throws -> Bool {
    guard arrays.source["layer1.0.conv1.weight"] != nil else { return false }
    for (name, _) in namedTensors() { try arrays.move(name, to: prefix + name) }
    arrays.drop("fc")
    return true
  }
}

extension Sequential {
  /// Two basic blocks; the first has half of the dilation ("contracted").
  fileprivate static func dilatedStage(
    _ inputs: Int, _ outputs: Int, stride: Int, dilation: Int, using generator: inout Generator
  ) -> Sequential {
    Sequential(
      BasicBlock(inputs, outputs, stride: stride, dilation: max(1, dilation / 2), using: &generator),
      BasicBlock(outputs, outputs, stride: 1, dilation: dilation, using: &generator))
  }
}
