import NeuralNet
import Tensor

/// ResNetV1c-18 (He et al., CVPR 2019, figure 2b) under mmsegmentation's names: three 3×3 convolutions instead of the 7×7 one.
final class ResNetBackbone: Module, SegmentationBackbone {
  let stem: Sequential
  let maxpool = MaxPool(kernel: 3, stride: 2, padding: 1)
  let layer1: Sequential
  let layer2: Sequential
  let layer3: Sequential
  let layer4: Sequential

  /// - Parameter isDilated: whether the last two stages dilate instead of halving, so that maps are an eighth of the picture.
  init(isDilated: Bool, inputChannels: Int, using generator: inout Generator) {
    stem = Sequential(
      Convolution.unbiased(inputChannels, 32, kernel: 3, stride: 2, using: &generator), BatchNorm(32),
      ActivationLayer(.relu), Convolution.unbiased(32, 32, kernel: 3, using: &generator), BatchNorm(32),
      ActivationLayer(.relu), Convolution.unbiased(32, 64, kernel: 3, using: &generator), BatchNorm(64),
      ActivationLayer(.relu))
    layer1 = .dilatedStage(64, 64, stride: 1, dilation: 1, using: &generator)
    layer2 = .dilatedStage(64, 128, stride: 2, dilation: 1, using: &generator)
    layer3 = .dilatedStage(128, 256, stride: isDilated ? 1 : 2, dilation: isDilated ? 2 : 1, using: &generator)
    layer4 = .dilatedStage(256, 512, stride: isDilated ? 1 : 2, dilation: isDilated ? 4 : 1, using: &generator)
  }

  var channels: [Int] { [64, 128, 256, 512] }

  func features(_ x: Tensor) -> [Tensor] {
    let first = layer1(maxpool(stem(x)))
    let second = layer2(first)
    let third = layer3(second)
    return [first, second, third, layer4(third)]
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
