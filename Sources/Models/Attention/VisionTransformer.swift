import NeuralNet
import Tensor

/// A block of a transformer: attention, then a perceptron, each after a layer norm and with a shortcut around it.
final class TransformerBlock: Layer {
  let norm1: LayerNorm
  let attn: Attention
  let norm2: LayerNorm
  let mlp: MLP

  init(_ channels: Int, heads: Int, using generator: inout Generator) {
    norm1 = LayerNorm(channels, epsilon: 1e-6)
    attn = Attention(channels, heads: heads, initializer: .normal(deviation: 0.02), using: &generator)
    norm2 = LayerNorm(channels, epsilon: 1e-6)
    mlp = MLP(channels, hidden: 4 * channels, initializer: .normal(deviation: 0.02), using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    let mixed = x + attn(norm1(x))
    return mixed + mlp(norm2(mixed))
  }
}

/// The vision transformer (Dosovitskiy et al., ICLR 2021) with patches of 16×16 and a class token, under timm's names.
///
/// # Shapes
/// input [N, inputSize, inputSize, 3] → logits [N, classes]; inputSize is a multiple of 16. Tokens are [N, 1 + patches, width],
/// the class token first.
public final class VisionTransformer: Chain {
  let clsToken: Parameter
  let posEmbed: Parameter
  let patchEmbed: PatchEmbedding
  let blocks: Sequential
  let norm: LayerNorm
  let head: Linear
  private let side: Int

  /// A transformer for pictures of the configured size.
  public init(
    width: Int, heads: Int, depth: Int = 12, configuration: ModelConfiguration, using generator: inout Generator
  ) {
    side = configuration.inputSize
    let patches = (side / 16) * (side / 16)
    clsToken = Parameter(.normal([1, 1, width], deviation: 1e-6, using: &generator))
    posEmbed = Parameter(.normal([1, 1 + patches, width], deviation: 0.02, using: &generator))
    patchEmbed = PatchEmbedding(configuration.inputChannels, width, patch: 16, using: &generator)
    var blocks: [Layer] = []
    for _ in 0..<depth { blocks.append(TransformerBlock(width, heads: heads, using: &generator)) }
    self.blocks = Sequential(blocks)
    norm = LayerNorm(width, epsilon: 1e-6)
    head = Linear(width, configuration.classes, initializer: .normal(deviation: 0.02), using: &generator)
  }

  public override var links: [Layer] {
    [
      PictureSide(side, of: self), patchEmbed, TokenSequence(clsToken, posEmbed), blocks, FirstToken(), norm, head,
    ]
  }
}

/// From a grid of patches to tokens in places, the class token first: [N, H, W, C] → [N, 1 + H · W, C].
private final class TokenSequence: Layer {
  let clsToken: Parameter
  let posEmbed: Parameter

  init(_ clsToken: Parameter, _ posEmbed: Parameter) { (self.clsToken, self.posEmbed) = (clsToken, posEmbed) }

  override func forward(_ x: Tensor) -> Tensor {
    let (batch, width) = (x.shape[0], x.shape[3])
    let patches = x.reshaped([batch, x.shape[1] * x.shape[2], width])
    let classes = clsToken.tensor.cast(to: x.dtype).broadcast(to: [batch, 1, width])
    return Tensor.concatenated([classes, patches], axis: 1) + posEmbed.tensor.cast(to: x.dtype)
  }
}

/// The class token alone: [N, T, C] → [N, C].
private final class FirstToken: Layer {
  override func forward(_ x: Tensor) -> Tensor { x.sliced(axis: 1, 0..<1).reshaped([x.shape[0], x.shape[2]]) }
}

extension VisionTransformer {
  static let entries = [
    entry("tiny", width: 192, heads: 3), entry("small", width: 384, heads: 6), entry("base", width: 768, heads: 12),
  ]

  private static func entry(_ size: String, width: Int, heads: Int) -> ModelEntry {
    ModelEntry(
      "vit_\(size)_patch16_224", source: "Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021",
      reduction: 16, sizes: .multiples(of: 16), hasPositions: true, preparation: .symmetric(crop: 0.9, .bicubic)
    ) { VisionTransformer(width: width, heads: heads, configuration: $0, using: &$1) }
  }
}
