import Tensor

extension MobileDesign {
  /// MobileNetV2 (Sandler et al., CVPR 2018, table 2) with all channels scaled by a width.
  public static func mobileNetV2(width: Double = 1, padding: Padding = .symmetric) -> MobileDesign {
    let table = [
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ]
    let stages = table.map { expansion, outputs, count, stride in
      MobileStage(
        kernel: 3, expansion: expansion, outputs: scaledChannels(outputs, by: width), count: count, stride: stride)
    }
    return MobileDesign(
      stem: scaledChannels(32, by: width), stages: stages, head: max(1280, scaledChannels(1280, by: width)),
      padding: padding)
  }
}

/// MobileNetV2 of the published widths, as timm trained it and, with the prefix "tf_", as TensorFlow's authors did: other padding,
/// other preparation of the pictures.
enum MobileNetV2 {
  static let publication = "Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018"

  static let entries = [35, 50, 75, 100, 140].flatMap { percent in
    let name = "mobilenetv2_" + (percent < 100 ? "0\(percent)" : "\(percent)")
    let width = Double(percent) / 100
    return [
      ModelEntry(
        name, source: publication, design: .mobileNetV2(width: width), preparation: .imageNet(crop: 0.875, .bicubic)),
      ModelEntry(
        "tf_" + name, source: publication, design: .mobileNetV2(width: width, padding: .same),
        preparation: .symmetric()),
    ]
  }
}

extension ModelEntry {
  /// An entry for a mobile network.
  init(
    _ name: String, source: String, design: MobileDesign, naming: MobileNaming = .timm, inputSize: Int = 224,
    preparation: Preparation
  ) {
    self.init(
      name, source: source, inputSize: inputSize, reduction: design.reduction, preparation: preparation
    ) { MobileNetwork(design, naming: naming, configuration: $0, using: &$1) }
  }
}
