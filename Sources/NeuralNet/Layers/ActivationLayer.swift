import Tensor

/// An activation as a layer.
public final class ActivationLayer: Layer {
  /// The function.
  public let activation: Activation

  /// A layer that applies a function to every element.
  public init(_ activation: Activation) { self.activation = activation }

  public override func forward(_ x: Tensor) -> Tensor { x.activated(activation) }
}
