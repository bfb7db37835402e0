import Tensor

/// Two linear maps with an activation between them, as timm's `Mlp`.
///
///     y = fc2(act(fc1(x)))
///
/// # Shapes
/// input and output […, channels]; `fc1.weight` [hidden, channels], `fc2.weight` [channels, hidden].
public final class MLP: Layer {
  /// The map to the hidden channels.
  public let fc1: Linear
  /// The map back.
  public let fc2: Linear
  /// Applied between the two.
  public let activation: Activation

  /// A perceptron with new weights.
  public init(
    _ channels: Int, hidden: Int, activation: Activation = .gelu, initializer: Initializer = .uniformFanIn,
    using generator: inout Generator
  ) {
    fc1 = Linear(channels, hidden, initializer: initializer, using: &generator)
    fc2 = Linear(hidden, channels, initializer: initializer, using: &generator)
    self.activation = activation
  }

  public override func forward(_ x: Tensor) -> Tensor { fc2(fc1(x).activated(activation)) }
}
