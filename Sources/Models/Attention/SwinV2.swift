import NeuralNet
import Tensor

/// A block: attention inside of windows, then a perceptron, each followed by a layer norm and with a shortcut around it.
final class SwinV2Block: Layer {
  let attn: WindowAttention
  let norm1: LayerNorm
  let mlp: MLP
  let norm2: LayerNorm

  init(_ channels: Int, heads: Int, windows: Windows, using generator: inout Generator) {
    attn = WindowAttention(channels, heads: heads, windows: windows, using: &generator)
    norm1 = LayerNorm(channels)
    mlp = MLP(channels, hidden: 4 * channels, initializer: .normal(deviation: 0.02), using: &generator)
    norm2 = LayerNorm(channels)
    // The residual bodies start as zeros (section 3.2 and the authors' initialisation).
    for norm in [norm1, norm2] { norm.weight.value.assign(.zeros([channels])) }
  }

  override func forward(_ x: Tensor) -> Tensor {
    let mixed = x + norm1(attn(x))
    return mixed + norm2(mlp(mixed))
  }
}

/// Joins each square of four tokens: [N, H, W, C] → [N, H / 2, W / 2, 2 C].
final class PatchMerging: Layer {
  let reduction: Linear
  let norm: LayerNorm

  init(_ channels: Int, using generator: inout Generator) {
    reduction = Linear(
      4 * channels, 2 * channels, bias: false, initializer: .normal(deviation: 0.02), using: &generator)
    norm = LayerNorm(2 * channels)
  }

  override func forward(_ x: Tensor) -> Tensor {
    let (batch, height, width, channels) = (x.shape[0], x.shape[1] / 2, x.shape[2] / 2, x.shape[3])
    let squares = x.reshaped([batch, height, 2, width, 2, channels]).transposed([0, 1, 3, 4, 2, 5])
    return norm(reduction(squares.reshaped([batch, height, width, 4 * channels])))
  }
}

/// A stage: the merging of patches, except in the first, and blocks of which every second one shifts its windows.
final class SwinV2Stage: Chain {
  let downsample: PatchMerging?
  let blocks: Sequential

  init(
    _ channels: Int, depth: Int, heads: Int, side: Int, window: Int, merges: Bool, using generator: inout Generator
  ) {
    downsample = merges ? PatchMerging(channels / 2, using: &generator) : nil
    var blocks: [Layer] = []
    for index in 0..<depth {
      let windows = Windows(side: side, width: window, shift: index % 2 == 0 ? 0 : window / 2)
      blocks.append(SwinV2Block(channels, heads: heads, windows: windows, using: &generator))
    }
    self.blocks = Sequential(blocks)
  }

  override var links: [Layer] { [downsample, blocks].compactMap(\.self) }
}

/// Swin Transformer V2 (Liu et al., CVPR 2022) under timm's names.
///
/// # Shapes
/// input [N, inputSize, inputSize, 3] → logits [N, classes]. In every stage the windows tile the grid, or one covers it.
public final class SwinV2: Chain {
  let patchEmbed: PatchEmbedding
  let layers: Sequential
  let norm: LayerNorm
  let pool = GlobalAveragePool()
  let head: SwinV2Head
  private let side: Int

  /// A transformer for pictures of the configured size.
  /// - Parameters:
  ///   - width: the channels of the first stage; every stage doubles them.
  ///   - depths: the blocks of each stage.
  ///   - heads: the heads of the first stage; every stage doubles them.
  ///   - window: the side of the windows.
  ///   - configuration: the model's name, classes and pictures.
  ///   - generator: draws the weights.
  public init(
    width: Int = 96, depths: [Int], heads: Int = 3, window: Int = 8, configuration: ModelConfiguration,
    using generator: inout Generator
  ) {
    side = configuration.inputSize
    patchEmbed = PatchEmbedding(configuration.inputChannels, width, patch: 4, normalizes: true, using: &generator)
    var layers: [Layer] = []
    for (index, depth) in depths.enumerated() {
      layers.append(
        SwinV2Stage(
          width << index, depth: depth, heads: heads << index, side: side >> (2 + index), window: window,
          merges: index > 0, using: &generator))
    }
    self.layers = Sequential(layers)
    let channels = width << (depths.count - 1)
    norm = LayerNorm(channels)
    head = SwinV2Head(channels, configuration.classes, using: &generator)
  }

  public override var links: [Layer] { [PictureSide(side, of: self), patchEmbed, layers, norm, pool, head] }
}

/// The classifier under the name that timm gives it.
final class SwinV2Head: Layer {
  let fc: Linear

  init(_ channels: Int, _ classes: Int, using generator: inout Generator) {
    fc = Linear(channels, classes, initializer: .normal(deviation: 0.02), using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor { fc(x) }
}

extension SwinV2 {
  static let entries = [entry("tiny", depths: [2, 2, 6, 2]), entry("small", depths: [2, 2, 18, 2])]

  /// Sizes whose grids of every stage are whole windows, or at most one.
  private static let sizes = SizeRule(description: "32, 64, 128 or multiples of 256") {
    [32, 64, 128].contains($0) || $0 % 256 == 0
  }

  private static func entry(_ size: String, depths: [Int]) -> ModelEntry {
    ModelEntry(
      "swinv2_\(size)_window8_256",
      source: "Liu et al., Swin Transformer V2: Scaling Up Capacity and Resolution, CVPR 2022",
      inputSize: 256, sizes: sizes, hasPositions: true, preparation: .imageNet(crop: 0.9, .bicubic)
    ) { SwinV2(depths: depths, configuration: $0, using: &$1) }
  }
}
