import NeuralNet
import Tensor

/// GreedyViG (Munir, Avery, Rahman, Marculescu, CVPR 2024): dynamic axial graph convolution, whose neighbours are the tokens of
/// the own row and column that are near, in all four stages.
///
/// # Shapes
/// input [N, H, W, 3] → logits [N, classes], the mean of both heads.
public final class GreedyViG: GraphPyramid {
  /// A network with new weights.
  public init(_ design: Design, configuration: ModelConfiguration, using generator: inout Generator) {
    let family = Family(
      names: .greedyViG, scaleShape: { [$0] },
      aggregations: [.greedy(spacing: 8), .greedy(spacing: 4), .greedy(spacing: 2), .greedy(spacing: 1)],
      countsLocalBlocks: true)
    super.init(design, family, configuration: configuration, using: &generator)
  }

  static let entries = [
    entry("s", [(2, 2), (2, 2), (6, 2), (2, 2)], [48, 96, 192, 384]),
    entry("m", [(3, 3), (3, 3), (9, 3), (3, 3)], [56, 112, 224, 448]),
    entry("b", [(4, 4), (4, 4), (12, 4), (3, 3)], [64, 128, 256, 512]),
  ]

  private static func entry(
    _ size: String, _ blocks: [(local: Int, graph: Int)], _ channels: [Int]
  ) -> ModelEntry {
    let design = Design(blocks: blocks, channels: channels, embedding: 768)
    return ModelEntry(
      "greedyvig_\(size)",
      source: "Munir et al., GreedyViG: Dynamic Axial Graph Construction for Efficient Vision GNNs, CVPR 2024",
      poolsGlobally: true, preparation: .imageNet(crop: 0.9, .bicubic)
    ) { GreedyViG(design, configuration: $0, using: &$1) }
  }
}
