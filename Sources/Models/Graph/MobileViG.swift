import NeuralNet
import Tensor

/// MobileViG (Munir, Avery, Marculescu, CVPR Workshops 2023): local blocks in three stages, then blocks of sparse vision graph
/// attention, and two heads of which one learned from a teacher.
///
/// # Shapes
/// input [N, H, W, 3] → logits [N, classes], the mean of both heads.
public final class MobileViG: GraphNetwork {
  /// What distinguishes the members of the family.
  public struct Design: Sendable {
    let localBlocks: [Int]
    let localChannels: [Int]
    let graphBlocks: Int
    let graphChannels: Int
    let embedding: Int
    let dropPath: Float
    /// The distance between a token's neighbours.
    static let spacing = 2

    /// A network of as many local stages as there are counts of local blocks, and a graph stage.
    /// - Parameters:
    ///   - localBlocks: blocks of each local stage.
    ///   - localChannels: channels of each local stage.
    ///   - graphBlocks: blocks of the graph stage.
    ///   - graphChannels: channels of the graph stage.
    ///   - embedding: channels before the classifier.
    ///   - dropPath: the rate of stochastic depth of the last block.
    public init(
      localBlocks: [Int], localChannels: [Int], graphBlocks: Int, graphChannels: Int, embedding: Int,
      dropPath: Float = 0.1
    ) {
      (self.localBlocks, self.localChannels) = (localBlocks, localChannels)
      (self.graphBlocks, self.graphChannels, self.embedding) = (graphBlocks, graphChannels, embedding)
      self.dropPath = dropPath
    }
  }

  let stem: GraphStem
  let localBackbone: Sequential
  let backbone: Sequential

  /// A network with new weights.
  public init(_ design: Design, configuration: ModelConfiguration, using generator: inout Generator) {
    let (channels, width) = (design.localChannels, design.graphChannels)
    let localCount = design.localBlocks.reduce(0, +)
    let rates = risingRates(to: design.dropPath, count: localCount + design.graphBlocks)
    stem = GraphStem(configuration.inputChannels, channels[0], using: &generator)
    var local: [Layer] = []
    var block = 0
    for (stage, count) in design.localBlocks.enumerated() {
      if stage > 0 { local.append(GraphDownsample(channels[stage - 1], channels[stage], using: &generator)) }
      for _ in 0..<count {
        local.append(
          LocalBlock(
            channels[stage], scaleShape: [channels[stage], 1, 1], names: .mobileViG, dropRate: rates[block],
            using: &generator))
        block += 1
      }
    }
    local.append(GraphDownsample(channels[channels.count - 1], width, using: &generator))
    localBackbone = Sequential(local)
    backbone = Sequential(
      rates[localCount...].map { rate in
        Sequential(
          Grapher(width, spacing: Design.spacing, dropRate: rate, using: &generator),
          GraphFeedForward(width, dropRate: rate, using: &generator))
      })
    super.init(width, embedding: design.embedding, classes: configuration.classes, using: &generator)
  }

  override var body: [Layer] { [stem, localBackbone, backbone] }
}

/// Sparse vision graph attention between two linear maps of the channels (section 3.2).
///
///     y = x + drop(norm(W₂ graph(norm(W₁ x))))
private final class Grapher: Layer {
  let fc1: NormalizedConvolution
  let graphConv: GraphConvolution
  let fc2: NormalizedConvolution
  let dropPath: DropPath

  init(_ channels: Int, spacing: Int, dropRate: Float, using generator: inout Generator) {
    fc1 = NormalizedConvolution(channels, channels, using: &generator)
    graphConv = GraphConvolution(channels, 2 * channels, aggregation: .sparse(spacing: spacing), using: &generator)
    fc2 = NormalizedConvolution(2 * channels, channels, using: &generator)
    dropPath = DropPath(dropRate, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    fc2.norm.residual(fc2.convolution(graphConv(fc1(x))), dropping: dropPath, from: x)
  }
}

/// A perceptron over the channels of each token.
///
///     y = x + drop(norm(W₂ GELU(norm(W₁ x))))
private final class GraphFeedForward: Layer {
  let fc1: NormalizedConvolution
  let fc2: NormalizedConvolution
  let dropPath: DropPath

  init(_ channels: Int, dropRate: Float, using generator: inout Generator) {
    fc1 = NormalizedConvolution(channels, 4 * channels, activation: .gelu, using: &generator)
    fc2 = NormalizedConvolution(4 * channels, channels, using: &generator)
    dropPath = DropPath(dropRate, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    fc2.norm.residual(fc2.convolution(fc1(x)), dropping: dropPath, from: x)
  }
}

extension MobileViG {
  static let entries = [
    entry("ti", [2, 2, 6], [42, 84, 168], graphBlocks: 2, graphChannels: 256, embedding: 512),
    entry("s", [3, 3, 9], [42, 84, 176], graphBlocks: 3, graphChannels: 256, embedding: 512),
    entry("m", [3, 3, 9], [42, 84, 224], graphBlocks: 3, graphChannels: 400, embedding: 768),
    entry("b", [5, 5, 15], [42, 84, 240], graphBlocks: 5, graphChannels: 464, embedding: 768),
  ]

  private static func entry(
    _ size: String, _ localBlocks: [Int], _ localChannels: [Int], graphBlocks: Int, graphChannels: Int, embedding: Int
  ) -> ModelEntry {
    let design = Design(
      localBlocks: localBlocks, localChannels: localChannels, graphBlocks: graphBlocks, graphChannels: graphChannels,
      embedding: embedding)
    return ModelEntry(
      "mobilevig_\(size)",
      source: "Munir et al., MobileViG: Graph-Based Sparse Attention for Mobile Vision Applications, CVPRW 2023",
      poolsGlobally: true, preparation: .imageNet(crop: 0.9, .bicubic)
    ) { MobileViG(design, configuration: $0, using: &$1) }
  }
}
