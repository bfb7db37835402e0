import Tensor

/// Layer normalisation of the last axis. Shapes: input and output […, channels].
public final class LayerNorm: Layer {
  /// The scale γ.
  public let weight: Parameter
  /// The shift β.
  public let bias: Parameter
  /// Added to the variance.
  public let epsilon: Float

  /// A layer norm that starts without scale and shift.
  public init(_ channels: Int, epsilon: Float = 1e-5) {
    weight = Parameter(.ones([channels]))
    bias = Parameter(.zeros([channels]))
    self.epsilon = epsilon
  }

  public override func forward(_ x: Tensor) -> Tensor {
    layerNorm(x, weight: weight.tensor, bias: bias.tensor, epsilon: epsilon)
  }
}

/// Group normalisation of channels-last images. Shapes: input and output [N, …, channels].
public final class GroupNorm: Layer {
  /// The scale γ.
  public let weight: Parameter
  /// The shift β.
  public let bias: Parameter
  /// The number of groups of channels.
  public let groups: Int
  /// Added to the variance.
  public let epsilon: Float

  /// A group norm that starts without scale and shift.
  public init(groups: Int, _ channels: Int, epsilon: Float = 1e-5) {
    weight = Parameter(.ones([channels]))
    bias = Parameter(.zeros([channels]))
    (self.groups, self.epsilon) = (groups, epsilon)
  }

  public override func forward(_ x: Tensor) -> Tensor {
    groupNorm(x, groups: groups, weight: weight.tensor, bias: bias.tensor, epsilon: epsilon)
  }
}
