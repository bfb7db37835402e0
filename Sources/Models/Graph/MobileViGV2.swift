import NeuralNet
import Tensor

/// MobileViGv2 (Avery, Munir, Marculescu, CVPR Workshops 2024): mobile graph convolution, with four neighbours for each token,
/// in three of four stages.
///
/// The rates of stochastic depth are those of the published training, which counts graph blocks alone: the local blocks of a
/// stage have the rate of its first graph block.
///
/// # Shapes
/// input [N, H, W, 3] → logits [N, classes], the mean of both heads.
public final class MobileViGV2: GraphPyramid {
  /// A network with new weights.
  public init(_ design: Design, configuration: ModelConfiguration, using generator: inout Generator) {
    // No published network has graph blocks in the first stage.
    let family = Family(
      names: .mobileViGV2, scaleShape: { [$0, 1, 1] },
      aggregations: [.cross(distance: 16), .cross(distance: 8), .cross(distance: 4), .cross(distance: 2)],
      countsLocalBlocks: false)
    super.init(design, family, configuration: configuration, using: &generator)
  }

  static let entries = [
    entry("ti", [(2, 0), (2, 2), (6, 2), (2, 2)], [32, 64, 128, 256], embedding: 512),
    entry("s", [(3, 0), (3, 3), (9, 3), (3, 3)], [32, 64, 128, 256], embedding: 512),
    entry("m", [(3, 0), (3, 3), (9, 3), (3, 3)], [32, 64, 192, 384], embedding: 512),
    entry("b", [(3, 0), (3, 3), (9, 3), (3, 3)], [64, 128, 256, 512], embedding: 768),
  ]

  private static func entry(
    _ size: String, _ blocks: [(local: Int, graph: Int)], _ channels: [Int], embedding: Int
  ) -> ModelEntry {
    let design = Design(blocks: blocks, channels: channels, embedding: embedding)
    return ModelEntry(
      "mobilevigv2_\(size)",
      source: "Avery et al., Scaling Graph Convolutions for Mobile Vision, CVPRW 2024",
      poolsGlobally: true, preparation: .imageNet(crop: 0.9, .bicubic)
    ) { MobileViGV2(design, configuration: $0, using: &$1) }
  }
}
