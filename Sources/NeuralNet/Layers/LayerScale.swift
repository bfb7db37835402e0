import Tensor

/// A learned factor for each channel at the end of a residual body (Touvron et al., ICCV 2021, section 2).
///
///     y = γ ⊙ x
///
/// # Shapes
/// input and output […, channels]; `gamma` [channels].
public final class LayerScale: Layer {
  /// The factors.
  public let gamma: Parameter

  /// Factors that start small, so that the residual around them starts near the identity.
  public init(_ channels: Int, initial: Float = 1e-5) { gamma = Parameter(.full([channels], initial)) }

  public override func forward(_ x: Tensor) -> Tensor { x * gamma.tensor.cast(to: x.dtype) }
}
