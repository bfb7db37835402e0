import NeuralNet
import Tensor

extension SegmentationNetwork {
  private enum Head: String, CaseIterable {
    case fcn, pspnet, deeplabv3, upernet

    var publication: String {
      switch self {
      case .fcn: "Long et al., Fully Convolutional Networks for Semantic Segmentation, CVPR 2015"
      case .pspnet: "Zhao et al., Pyramid Scene Parsing Network, CVPR 2017"
      case .deeplabv3: "Chen et al., Rethinking Atrous Convolution for Semantic Image Segmentation, 2017"
      case .upernet: "Xiao et al., Unified Perceptual Parsing for Scene Understanding, ECCV 2018"
      }
    }

    /// Whether the head reads one map an eighth of the picture's size instead of a pyramid.
    var isDilated: Bool { self != .upernet }

    /// Whether a norm follows a map of one pixel.
    var poolsGlobally: Bool { self != .fcn }

    func make(_ channels: [Int], classes: Int, using generator: inout Generator) -> any SegmentationHead {
      switch self {
      case .fcn: FCNHead(channels, classes: classes, using: &generator)
      case .pspnet: PSPHead(channels, classes: classes, using: &generator)
      case .deeplabv3: ASPPHead(channels, classes: classes, using: &generator)
      case .upernet: UPerHead(channels, classes: classes, using: &generator)
      }
    }
  }

  /// Heads on ResNet-18 and MobileNetV2 for the 19 classes of Cityscapes.
  ///
  /// "r18" has the deep stem of ResNetV1c and "r18b" that of torchvision's classifiers; with "tf_" pictures are padded and prepared as
  /// for TensorFlow's.
  static let entries = Head.allCases.flatMap { head in
    let isDilated = head.isDilated
    return [
      entry(head, "r18") { ResNetBackbone(.deep, isDilated: isDilated, inputChannels: $0, using: &$1) },
      entry(head, "r18b") { ResNetBackbone(.plain, isDilated: isDilated, inputChannels: $0, using: &$1) },
      entry(head, "mobilenetv2") { MobileSegmentationBackbone(isDilated: isDilated, inputChannels: $0, using: &$1) },
      entry(head, "tf_mobilenetv2", preparation: .symmetric(crop: 1)) {
        MobileSegmentationBackbone(isDilated: isDilated, padding: .same, inputChannels: $0, using: &$1)
      },
    ]
  }

  private static func entry(
    _ head: Head, _ name: String, preparation: Preparation = .imageNet(crop: 1, .bilinear),
    backbone: @escaping @Sendable (_ inputChannels: Int, inout Generator) -> any SegmentationBackbone
  ) -> ModelEntry {
    ModelEntry(
      "\(head.rawValue)_\(name)", source: head.publication, task: .segmentation, classes: 19, inputSize: 256,
      reduction: head.isDilated ? 8 : 32, poolsGlobally: head.poolsGlobally, preparation: preparation
    ) { configuration, generator in
      let backbone = backbone(configuration.inputChannels, &generator)
      return SegmentationNetwork(
        backbone, head.make(backbone.channels, classes: configuration.classes, using: &generator))
    }
  }
}
