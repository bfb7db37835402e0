import NeuralNet
import Tensor

/// A classifier that a table of inverted residuals describes: MobileNetV2, EfficientNet-Lite, MCUNet, ProxylessNAS.
///
/// # Shapes
/// input [N, H, W, 3] → logits [N, classes].
public final class MobileNetwork: Chain {
  let backbone: MobileBackbone
  private let pool = GlobalAveragePool()
  private let classifier: Linear

  /// A network from its table.
  /// - Parameters:
  ///   - design: its table.
  ///   - naming: whose names its weights have.
  ///   - configuration: the model's name, classes and pictures.
  ///   - generator: draws the weights.
  public init(
    _ design: MobileDesign, naming: MobileNaming = .timm, configuration: ModelConfiguration,
    using generator: inout Generator
  ) {
    backbone = MobileBackbone(
      design, inputChannels: configuration.inputChannels, naming: naming, using: &generator)
    classifier = Linear(design.features, configuration.classes, using: &generator)
  }

  public override var parts: [(name: String, part: Any)] {
    backbone.parts + [("pool", pool), (backbone.naming.classifier, classifier)]
  }

  public override var links: [Layer] { backbone.links + [pool, classifier] }
}
