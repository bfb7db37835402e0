import NeuralNet
import Tensor

/// A network whose stages each have local blocks, then graph blocks: MobileViGv2 and GreedyViG.
public class GraphPyramid: GraphNetwork {
  /// What distinguishes the members of a family.
  public struct Design: Sendable {
    /// Local and graph blocks of each stage.
    let blocks: [(local: Int, graph: Int)]
    let channels: [Int]
    let embedding: Int
    let dropPath: Float

    /// A network of four stages.
    /// - Parameters:
    ///   - blocks: local and graph blocks of each stage.
    ///   - channels: those of each stage.
    ///   - embedding: channels before the classifier.
    ///   - dropPath: the largest rate of stochastic depth.
    public init(blocks: [(local: Int, graph: Int)], channels: [Int], embedding: Int, dropPath: Float = 0.1) {
      (self.blocks, self.channels, self.embedding, self.dropPath) = (blocks, channels, embedding, dropPath)
    }
  }

  /// What distinguishes the families.
  struct Family {
    let names: LocalBlock.Names
    /// Of a layer scale for a number of channels.
    let scaleShape: (Int) -> Shape
    /// The aggregation of each stage.
    let aggregations: [Aggregation]
    /// Whether a local block counts for the rates of stochastic depth.
    let countsLocalBlocks: Bool
  }

  let stem: GraphStem
  let backbone: Sequential

  init(_ design: Design, _ family: Family, configuration: ModelConfiguration, using generator: inout Generator) {
    let (blocks, channels) = (design.blocks, design.channels)
    let rates = risingRates(to: design.dropPath, count: blocks.reduce(0) { $0 + $1.local + $1.graph })
    stem = GraphStem(configuration.inputChannels, channels[0], using: &generator)
    var stages: [Layer] = []
    var block = 0
    for (stage, counts) in blocks.enumerated() {
      let width = channels[stage]
      var layers: [Layer] = []
      if stage > 0 { layers.append(GraphDownsample(channels[stage - 1], width, using: &generator)) }
      for _ in 0..<counts.local {
        layers.append(
          LocalBlock(
            width, scaleShape: family.scaleShape(width), names: family.names, dropRate: rates[block],
            using: &generator))
        if family.countsLocalBlocks { block += 1 }
      }
      for _ in 0..<counts.graph {
        layers.append(
          GraphBlock(
            width, aggregation: family.aggregations[stage], scaleShape: family.scaleShape(width),
            dropRate: rates[block], using: &generator))
        block += 1
      }
      stages.append(Sequential(layers))
    }
    backbone = Sequential(stages)
    super.init(
      channels[channels.count - 1], embedding: design.embedding, classes: configuration.classes, using: &generator)
  }

  override final var body: [Layer] { [stem, backbone] }
}

/// A graph convolution over the tokens, then a perceptron over their channels, each with a layer scale.
///
///     y = x + drop(γ₁ ⊙ mixer(x));  z = y + drop(γ₂ ⊙ ffn(y))
final class GraphBlock: Layer {
  private let layerScale1: Parameter
  private let layerScale2: Parameter
  private let mixer: TokenMixer
  private let expansion: NormalizedConvolution
  private let projection: NormalizedConvolution
  private let dropPath: DropPath

  init(
    _ channels: Int, aggregation: Aggregation, scaleShape: Shape, dropRate: Float, using generator: inout Generator
  ) {
    layerScale1 = Parameter(.full(scaleShape, 1e-5))
    layerScale2 = Parameter(.full(scaleShape, 1e-5))
    mixer = TokenMixer(channels, aggregation: aggregation, using: &generator)
    expansion = NormalizedConvolution(channels, 4 * channels, activation: .gelu, using: &generator)
    projection = NormalizedConvolution(4 * channels, channels, using: &generator)
    dropPath = DropPath(dropRate, using: &generator)
  }

  override var parts: [(name: String, part: Any)] {
    [
      ("layer_scale_1", layerScale1), ("layer_scale_2", layerScale2), ("mixer", mixer),
      ("ffn.0", expansion.convolution), ("ffn.1", expansion.norm), ("ffn.3", projection.convolution),
      ("ffn.4", projection.norm), ("drop_path", dropPath),
    ]
  }

  override func forward(_ x: Tensor) -> Tensor {
    let mixed = mixer.fc2.norm.residual(
      mixer.unnormalized(x), scaledBy: layerScale1, dropping: dropPath, from: x)
    let hidden = expansion.norm(expansion.convolution(mixed))
    return projection.norm.residual(
      projection.convolution(hidden), scaledBy: layerScale2, dropping: dropPath, from: mixed)
  }
}

/// A graph convolution between linear maps of the channels, after a 7×7 depthwise convolution that tells places apart.
private final class TokenMixer: Layer {
  let cpe: PositionEncoding
  let fc1: NormalizedConvolution
  let graphConv: GraphConvolution
  let fc2: NormalizedConvolution

  init(_ channels: Int, aggregation: Aggregation, using generator: inout Generator) {
    cpe = PositionEncoding(channels, using: &generator)
    fc1 = NormalizedConvolution(channels, channels, using: &generator)
    graphConv = GraphConvolution(channels, channels, aggregation: aggregation, using: &generator)
    fc2 = NormalizedConvolution(channels, channels, using: &generator)
  }

  /// The input of the last norm.
  func unnormalized(_ x: Tensor) -> Tensor { fc2.convolution(graphConv(fc1(cpe(x)))) }

  override func forward(_ x: Tensor) -> Tensor { fc2.norm(unnormalized(x)) }
}

/// Conditional positional encoding (Chu et al., ICLR 2023): x + depthwise(x).
private final class PositionEncoding: Layer {
  let pe: Convolution

  init(_ channels: Int, using generator: inout Generator) {
    pe = .heBiased(channels, channels, kernel: 7, groups: channels, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor { pe(x) + x }
}
