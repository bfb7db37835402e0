import Tensor

/// Multi-head self-attention with one projection for queries, keys and values, as timm's `Attention`.
///
/// # Shapes
/// input and output [N, T, channels]; `qkv.weight` [3 × channels, channels], `proj.weight` [channels, channels].
public final class Attention: Layer {
  /// The projection to queries, keys and values.
  public let qkv: Linear
  /// The projection of the heads' results.
  public let proj: Linear
  /// The number of heads; divides the channels.
  public let heads: Int

  /// A self-attention with new weights.
  public init(
    _ channels: Int, heads: Int, bias: Bool = true, initializer: Initializer = .uniformFanIn,
    using generator: inout Generator
  ) {
    precondition(channels % heads == 0, "\(channels) channels cannot be cut into \(heads) heads")
    qkv = Linear(channels, 3 * channels, bias: bias, initializer: initializer, using: &generator)
    proj = Linear(channels, channels, initializer: initializer, using: &generator)
    self.heads = heads
  }

  public override func forward(_ x: Tensor) -> Tensor {
    let width = x.shape[2] / heads
    let layout = AttentionHeads(heads, keyWidth: width, valueWidth: width, order: .partByPart)
    return proj(selfAttention(qkv(x), heads: layout))
  }
}
