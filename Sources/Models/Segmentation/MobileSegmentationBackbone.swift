import NeuralNet
import Tensor

/// MobileNetV2 without its last convolution, under mmsegmentation's names; maps of stages 2, 3, 5 and 7.
final class MobileSegmentationBackbone: Module, SegmentationBackbone {
  private static let stages = [1, 2, 4, 6]
  private let backbone: MobileBackbone

  /// - Parameter isDilated: whether stages dilate instead of halving after the third, so that maps are an eighth of the picture.
  init(isDilated: Bool, inputChannels: Int, using generator: inout Generator) {
    var design = MobileDesign.mobileNetV2()
    design.head = nil
    if isDilated {
      for (stage, dilation) in [(3, 2), (4, 2), (5, 4), (6, 4)] {
        design.stages[stage][0].stride = 1
        design.stages[stage][0].dilation = dilation
      }
    }
    backbone = MobileBackbone(design, inputChannels: inputChannels, naming: .mmsegmentation, using: &generator)
  }

  override var parts: [(name: String, part: Any)] { backbone.parts }

  var channels: [Int] { MobileSegmentationBackbone.stages.map { backbone.design.stages[$0][0].outputs } }

  func features(_ x: Tensor) -> [Tensor] {
    let maps = backbone.features(x)
    return MobileSegmentationBackbone.stages.map { maps[$0] }
  }
}

extension MobileNaming {
  /// mmsegmentation's names of MobileNetV2, without head and classifier.
  fileprivate static let mmsegmentation = MobileNaming(
    stem: Unit("conv1.conv", "conv1.bn"), block: { "layer\($0.stage + 1).\($0.index)" },
    unit: { part, expands in
      let place =
        switch part {
        case .expansion: 0
        case .depthwise: expands ? 1 : 0
        case .projection: expands ? 2 : 1
        }
      return Unit("conv.\(place).conv", "conv.\(place).bn")
    },
    head: { _ in Unit("conv2.conv", "conv2.bn") }, classifier: "fc")
}
