import NeuralNet
import Tensor

/// Self-attention over the tokens of a square grid with values wider than keys and biases by distance.
///
///     softmax(q kᵀ / √32 + bias[|Δrow|, |Δcolumn|]) v
///
/// # Shapes
/// input and output [N, side², channels]; 8 heads with keys of 32 and values of 128 channels.
final class GridAttention: Layer {
  let attentionBiases: Parameter
  /// The table's places as timm saves them. They follow from the grid, so those of a file are never looked at.
  let attentionBiasIdxs: Buffer
  let qkv: Linear
  let proj: Linear
  private let places: Tensor
  private static let (heads, keyWidth, valueWidth) = (8, 32, 128)

  init(_ channels: Int, side: Int, using generator: inout Generator) {
    let (heads, width) = (GridAttention.heads, 2 * GridAttention.keyWidth + GridAttention.valueWidth)
    places = GridDistances.places(side: side)
    attentionBiases = Parameter(.zeros([heads, side * side]))
    attentionBiasIdxs = Buffer(places.copied())
    qkv = Linear(channels, heads * width, initializer: .normal(deviation: 0.02), using: &generator)
    proj = Linear(
      heads * GridAttention.valueWidth, channels, initializer: .normal(deviation: 0.02), using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    let (heads, keyWidth, valueWidth) = (GridAttention.heads, GridAttention.keyWidth, GridAttention.valueWidth)
    let (batch, tokens) = (x.shape[0], x.shape[1])
    let parts = qkv(x).reshaped([batch, tokens, heads, 2 * keyWidth + valueWidth]).transposed([0, 2, 1, 3])
      .split(axis: 3, extents: [keyWidth, keyWidth, valueWidth])
    let mixed = attention(
      queries: parts[0], keys: parts[1], values: parts[2],
      bias: GridDistances.biases(attentionBiases.tensor, at: places).cast(to: x.dtype))
    return proj(mixed.transposed([0, 2, 1, 3]).reshaped([batch, tokens, heads * valueWidth]))
  }
}
