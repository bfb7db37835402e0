import NeuralNet
import Tensor

/// EfficientFormer (Li et al., NeurIPS 2022, table 1 and appendix) under timm's names: blocks over a grid, then blocks over
/// tokens, and two heads of which one learned from a teacher.
///
/// # Shapes
/// input [N, inputSize, inputSize, 3] → logits [N, classes], the mean of both heads.
public final class EfficientFormer: Chain, DistilledClassifier {
  /// What distinguishes the members of the family.
  public struct Design: Sendable {
    let depths: [Int]
    let widths: [Int]
    /// How many blocks at the end of the last stage attend.
    let attentionBlocks: Int

    /// A network of four stages.
    public init(depths: [Int], widths: [Int], attentionBlocks: Int) {
      (self.depths, self.widths, self.attentionBlocks) = (depths, widths, attentionBlocks)
    }
  }

  let stem: EfficientFormerStem
  let stages: Sequential
  let norm: LayerNorm
  let head: Linear
  let headDist: Linear
  private let side: Int

  /// A network for pictures of the configured size.
  public init(_ design: Design, configuration: ModelConfiguration, using generator: inout Generator) {
    let widths = design.widths
    side = configuration.inputSize
    stem = EfficientFormerStem(configuration.inputChannels, widths[0], using: &generator)
    var stages: [Layer] = []
    for (index, depth) in design.depths.enumerated() {
      stages.append(
        EfficientFormerStage(
          index == 0 ? nil : widths[index - 1], widths[index], depth: depth,
          attentionBlocks: index == 3 ? design.attentionBlocks : 0, side: (side + 31) / 32, using: &generator))
    }
    self.stages = Sequential(stages)
    norm = LayerNorm(widths[3])
    head = Linear(widths[3], configuration.classes, initializer: .normal(deviation: 0.02), using: &generator)
    headDist = Linear(widths[3], configuration.classes, initializer: .normal(deviation: 0.02), using: &generator)
  }

  private var body: [Layer] { [PictureSide(side, of: self), stem, stages, norm, TokenMean()] }

  public override var links: [Layer] { body + [MeanOfHeads(head, headDist)] }

  public func heads(_ x: Tensor) -> (Tensor, Tensor) {
    scoped {
      let features = body.reduce(x) { $1($0) }
      return (head(features), headDist(features))
    }
  }
}

/// The mean of the tokens: [N, T, C] → [N, C].
private final class TokenMean: Layer {
  override func forward(_ x: Tensor) -> Tensor { x.mean(axes: [1]) }
}

/// A stage: a convolution that halves the grid, except in the first, and its blocks.
final class EfficientFormerStage: Chain {
  let downsample: EfficientFormerDownsample?
  let blocks: Sequential

  init(
    _ inputs: Int?, _ width: Int, depth: Int, attentionBlocks: Int, side: Int, using generator: inout Generator
  ) {
    downsample = inputs.map { EfficientFormerDownsample($0, width, using: &generator) }
    var blocks: [Layer] = []
    for _ in 0..<depth - attentionBlocks { blocks.append(PoolingBlock(width, using: &generator)) }
    if attentionBlocks > 0 { blocks.append(GridToTokens()) }
    for _ in 0..<attentionBlocks { blocks.append(AttentionBlock(width, side: side, using: &generator)) }
    self.blocks = Sequential(blocks)
  }

  override var links: [Layer] { [downsample, blocks].compactMap(\.self) }
}

extension EfficientFormer {
  static let entries = [
    entry("l1", Design(depths: [3, 2, 6, 4], widths: [48, 96, 224, 448], attentionBlocks: 1)),
    entry("l3", Design(depths: [4, 4, 12, 6], widths: [64, 128, 320, 512], attentionBlocks: 4)),
    entry("l7", Design(depths: [6, 6, 18, 8], widths: [96, 192, 384, 768], attentionBlocks: 8)),
  ]

  private static func entry(_ size: String, _ design: Design) -> ModelEntry {
    ModelEntry(
      "efficientformer_\(size)",
      source: "Li et al., EfficientFormer: Vision Transformers at MobileNet Speed, NeurIPS 2022",
      hasPositions: true, preparation: .imageNet(crop: 0.95, .bicubic)
    ) { EfficientFormer(design, configuration: $0, using: &$1) }
  }
}
