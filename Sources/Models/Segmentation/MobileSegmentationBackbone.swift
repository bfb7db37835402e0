import NeuralNet
import Tensor

/// MobileNetV2 without its last convolution, under mmsegmentation's names; maps of stages 2, 3, 5 and 7.
final class MobileSegmentationBackbone: Module, SegmentationBackbone {
  private static let stages = [1, 2, 4, 6]
  private let backbone: MobileBackbone

  /// - Parameters:
  ///   - isDilated: whether stages dilate instead of halving after the third, so that maps are an eighth of the picture.
  ///   - padding: as the classifier had it whose weights it is to have.
  init(
    isDilated: Bool, padding: MobileDesign.Padding = .symmetric, inputChannels: Int, using generator: inout Generator
  ) {
    var design = MobileDesign.mobileNetV2(padding: padding)
    design.head = nil
    if isDilated {
      for (stage, dilation) in [(3, 2), (4, 2), (5, 4), (6, 4)] {
        design.stages[stage][0].stride = 1
        design.stages[stage][0].dilation = dilation
      }
    }
    backbone = MobileBackbone(design, inputChannels: inputChannels, naming: .openMMLab(), using: &generator)
  }

  override var parts: [(name: String, part: Any)] { backbone.parts }

  var channels: [Int] { MobileSegmentationBackbone.stages.map { backbone.design.stages[$0][0].outputs } }

  func features(_ x: Tensor) -> [Tensor] {
    let maps = backbone.features(x)
    return MobileSegmentationBackbone.stages.map { maps[$0] }
  }

  func moveClassifier(_ arrays: inout RenamedArrays, under prefix: String) throws -> Bool {
    guard let published = MobileNaming.published(in: arrays.source) else { return false }
    try arrays.move(backbone.design, from: published, to: backbone.naming, under: prefix)
    let head = published.head(backbone.design.positions.count)
    for layer in [head.convolution, head.norm, published.classifier] { layer.map { arrays.drop($0) } }
    return true
  }
}
