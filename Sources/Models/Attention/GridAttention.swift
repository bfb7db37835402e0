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
  private static let layout = AttentionHeads(8, keyWidth: 32, valueWidth: 128, order: .headByHead)

  init(_ channels: Int, side: Int, using generator: inout Generator) {
    let layout = GridAttention.layout
    places = GridDistances.places(side: side)
    attentionBiases = Parameter(.zeros([layout.count, side * side]))
    attentionBiasIdxs = Buffer(places.copied())
    qkv = Linear(channels, layout.width, initializer: .normal(deviation: 0.02), using: &generator)
    proj = Linear(
      layout.count * layout.valueWidth, channels, initializer: .normal(deviation: 0.02), using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    let bias = GridDistances.biases(attentionBiases.tensor, at: places)
    return proj(selfAttention(qkv(x), heads: GridAttention.layout, bias: bias))
  }
}
