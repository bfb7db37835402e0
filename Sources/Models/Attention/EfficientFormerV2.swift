import NeuralNet
import Tensor

/// EfficientFormerV2 (Li et al., ICCV 2023, table 6) under timm's names: feed-forward networks with a depthwise convolution,
/// attention in the last two stages, and two heads of which one learned from a teacher.
///
/// # Shapes
/// input [N, inputSize, inputSize, 3] → logits [N, classes], the mean of both heads; inputSize is a multiple of 32.
public final class EfficientFormerV2: Chain, DistilledClassifier {
  /// What distinguishes the members of the family.
  public struct Design: Sendable {
    let widths: [Int]
    /// The expansion of every block, stage by stage.
    let ratios: [[Int]]
    /// How many blocks at the end of the last two stages attend.
    let attentionBlocks: Int

    /// A network of four stages.
    public init(widths: [Int], ratios: [[Int]], attentionBlocks: Int) {
      (self.widths, self.ratios, self.attentionBlocks) = (widths, ratios, attentionBlocks)
    }
  }

  let stem: EfficientFormerV2Stem
  let stages: Sequential
  let norm: BatchNorm
  let pool = GlobalAveragePool()
  let head: Linear
  let headDist: Linear
  private let side: Int

  /// A network for pictures of the configured size.
  public init(_ design: Design, configuration: ModelConfiguration, using generator: inout Generator) {
    let widths = design.widths
    side = configuration.inputSize
    stem = EfficientFormerV2Stem(configuration.inputChannels, widths[0], using: &generator)
    var stages: [Layer] = []
    for index in widths.indices {
      stages.append(EfficientFormerV2Stage(design, index, side: side >> (2 + index), using: &generator))
    }
    self.stages = Sequential(stages)
    norm = BatchNorm(widths[3])
    head = Linear(widths[3], configuration.classes, initializer: .normal(deviation: 0.02), using: &generator)
    headDist = Linear(widths[3], configuration.classes, initializer: .normal(deviation: 0.02), using: &generator)
  }

  private var body: [Layer] { [PictureSide(side, of: self), stem, stages, norm, pool] }

  public override var links: [Layer] { body + [MeanOfHeads(head, headDist)] }

  public func heads(_ x: Tensor) -> (Tensor, Tensor) {
    scoped {
      let features = body.reduce(x) { $1($0) }
      return (head(features), headDist(features))
    }
  }
}

/// A stage: what halves the grid, except in the first, and its blocks.
final class EfficientFormerV2Stage: Chain {
  let downsample: EfficientFormerV2Downsample?
  let blocks: Sequential

  /// - Parameter side: the rows and columns of the stage's grid.
  init(_ design: EfficientFormerV2.Design, _ index: Int, side: Int, using generator: inout Generator) {
    let width = design.widths[index]
    if index == 0 {
      downsample = nil
    } else {
      let inputs = design.widths[index - 1]
      let attention = index == 3 ? DownsamplingAttention(inputs, width, side: 2 * side, using: &generator) : nil
      downsample = EfficientFormerV2Downsample(inputs, width, attention: attention, using: &generator)
    }
    let ratios = design.ratios[index]
    let first = index < 2 ? ratios.count : ratios.count - design.attentionBlocks
    var blocks: [Layer] = []
    for (position, ratio) in ratios.enumerated() {
      let attention =
        position < first ? nil : TalkingAttention(width, side: side, stride: index == 2 ? 2 : 1, using: &generator)
      blocks.append(EfficientFormerV2Block(width, ratio: ratio, attention: attention, using: &generator))
    }
    self.blocks = Sequential(blocks)
  }

  override var links: [Layer] { [downsample, blocks].compactMap(\.self) }
}

extension EfficientFormerV2 {
  static let entries = [
    entry(
      "s0",
      Design(
        widths: [32, 48, 96, 176], ratios: [[4, 4], [4, 4], [4, 3, 3, 3, 4, 4], [4, 3, 3, 4]], attentionBlocks: 2)),
    entry(
      "s1",
      Design(
        widths: [32, 48, 120, 224],
        ratios: [[4, 4, 4], [4, 4, 4], [4, 4, 3, 3, 3, 3, 4, 4, 4], [4, 4, 3, 3, 4, 4]], attentionBlocks: 2)),
    entry(
      "s2",
      Design(
        widths: [32, 64, 144, 288],
        ratios: [
          [4, 4, 4, 4], [4, 4, 4, 4], [4, 4, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4], [4, 4, 3, 3, 3, 3, 4, 4],
        ], attentionBlocks: 4)),
    entry(
      "l",
      Design(
        widths: [40, 80, 192, 384],
        ratios: [
          [4, 4, 4, 4, 4], [4, 4, 4, 4, 4], [4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4],
          [4, 4, 4, 3, 3, 3, 3, 4, 4, 4],
        ], attentionBlocks: 6)),
  ]

  private static func entry(_ size: String, _ design: Design) -> ModelEntry {
    ModelEntry(
      "efficientformerv2_\(size)",
      source: "Li et al., Rethinking Vision Transformers for MobileNet Size and Speed, ICCV 2023",
      sizes: .multiples(of: 32), hasPositions: true, preparation: .imageNet(crop: 0.95, .bicubic)
    ) { EfficientFormerV2(design, configuration: $0, using: &$1) }
  }
}
