/// How a publisher names the parts of a mobile network.
///
/// A network has the names of one publisher; weights under the names of the others load into it all the same.
public struct MobileNaming: Sendable {
  /// A convolution and the norm after it; nil where the norm was folded into the convolution's weight and bias.
  struct Unit: Sendable {
    let convolution: String
    let norm: String?

    init(_ convolution: String, _ norm: String?) { (self.convolution, self.norm) = (convolution, norm) }
  }

  /// The three convolutions of a block.
  enum Part: CaseIterable, Sendable {
    case expansion, depthwise, projection
  }

  /// Where a block stands.
  struct Position {
    let stage: Int
    let index: Int
    /// The number of blocks before it.
    let before: Int
  }

  let stem: Unit
  /// The name of a block.
  let block: @Sendable (Position) -> String
  /// A convolution in a block; blocks without expansion may be named in another way.
  let unit: @Sendable (Part, _ expands: Bool) -> Unit
  /// The last convolution, after a number of blocks.
  let head: @Sendable (_ blocks: Int) -> Unit
  let classifier: String
}

extension MobileNaming {
  /// timm's names of MobileNetV2 and EfficientNet-Lite.
  public static let timm = MobileNaming(
    stem: Unit("conv_stem", "bn1"), block: { "blocks.\($0.stage).\($0.index)" },
    unit: { part, expands in
      switch part {
      case .expansion: Unit("conv_pw", "bn1")
      case .depthwise: Unit("conv_dw", expands ? "bn2" : "bn1")
      case .projection: expands ? Unit("conv_pwl", "bn3") : Unit("conv_pw", "bn2")
      }
    },
    head: { _ in Unit("conv_head", "bn2") }, classifier: "classifier")

  /// torchvision's names of MobileNetV2.
  public static let torchvision = MobileNaming(
    stem: Unit("features.0.0", "features.0.1"), block: { "features.\($0.before + 1)" },
    unit: { part, expands in
      switch part {
      case .expansion: Unit("conv.0.0", "conv.0.1")
      case .depthwise: expands ? Unit("conv.1.0", "conv.1.1") : Unit("conv.0.0", "conv.0.1")
      case .projection: expands ? Unit("conv.2", "conv.3") : Unit("conv.1", "conv.2")
      }
    },
    head: { Unit("features.\($0 + 1).0", "features.\($0 + 1).1") }, classifier: "classifier.1")

  /// The names of MIT's ProxylessNAS and MCUNet.
  public static let mit = MobileNaming(
    stem: Unit("first_conv.conv", "first_conv.bn"), block: { "blocks.\($0.before)" },
    unit: { part, _ in
      let name =
        switch part {
        case .expansion: "inverted_bottleneck"
        case .depthwise: "depth_conv"
        case .projection: "point_linear"
        }
      return Unit("mobile_inverted_conv.\(name).conv", "mobile_inverted_conv.\(name).bn")
    },
    head: { _ in Unit("feature_mix_layer.conv", "feature_mix_layer.bn") }, classifier: "classifier.linear")

  /// The names of the PyTorch packages of EfficientNet and EfficientNet-Lite.
  public static let efficientNet = MobileNaming(
    stem: Unit("_conv_stem", "_bn0"), block: { "_blocks.\($0.before)" },
    unit: { part, _ in
      switch part {
      case .expansion: Unit("_expand_conv", "_bn0")
      case .depthwise: Unit("_depthwise_conv", "_bn1")
      case .projection: Unit("_project_conv", "_bn2")
      }
    },
    head: { _ in Unit("_conv_head", "_bn1") }, classifier: "_fc")

  /// What converters of TensorFlow Lite's MobileNetV2 write: torchvision's places, norms folded.
  static let foldedFeatures = MobileNaming(
    stem: Unit("features.0", nil), block: { "features.\($0.before + 1)" },
    unit: { part, _ in
      switch part {
      case .expansion: Unit("expand", nil)
      case .depthwise: Unit("depthwise", nil)
      case .projection: Unit("project", nil)
      }
    },
    head: { Unit("features.\($0 + 1)", nil) }, classifier: "classifier")

  /// What converters of MIT's networks for microcontrollers write: norms folded.
  static let foldedBlocks = MobileNaming(
    stem: Unit("first_conv", nil), block: { "blocks.\($0.before)" },
    unit: { part, _ in
      switch part {
      case .expansion: Unit("pointwise1", nil)
      case .depthwise: Unit("depthwise", nil)
      case .projection: Unit("pointwise2", nil)
      }
    },
    head: { _ in Unit("feature_mix", nil) }, classifier: "classifier")

  /// OpenMMLab's names of MobileNetV2.
  /// - Parameter prefix: what stands in front of them: nothing in a backbone, "backbone." in a classifier.
  static func openMMLab(under prefix: String = "") -> MobileNaming {
    MobileNaming(
      stem: Unit("\(prefix)conv1.conv", "\(prefix)conv1.bn"),
      block: { "\(prefix)layer\($0.stage + 1).\($0.index)" },
      unit: { part, expands in
        let place =
          switch part {
          case .expansion: 0
          case .depthwise: expands ? 1 : 0
          case .projection: expands ? 2 : 1
          }
        return Unit("conv.\(place).conv", "conv.\(place).bn")
      },
      head: { _ in Unit("\(prefix)conv2.conv", "\(prefix)conv2.bn") }, classifier: "head.fc")
  }

  /// The names under which mobile networks are published; each names the stem in its own way.
  static let published = [
    timm, torchvision, mit, efficientNet, openMMLab(under: "backbone."), foldedFeatures, foldedBlocks,
  ]
}
