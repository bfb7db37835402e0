import Tensor

/// Layers run one after the other, named by their positions.
public final class Sequential: Chain {
  /// The layers in their order.
  public let layers: [Layer]

  /// A chain of layers.
  public init(_ layers: [Layer]) { self.layers = layers }

  /// A chain of layers.
  public convenience init(_ layers: Layer...) { self.init(layers) }

  public override var parts: [(name: String, part: Any)] { layers.enumerated().map { ("\($0)", $1) } }

  public override var links: [Layer] { layers }
}

/// The sum of a body and its input: x + body(x).
public final class Residual: Layer {
  /// What is added to the input.
  public let body: Layer

  /// Adds the input to what a body makes of it.
  public init(_ body: Layer) { self.body = body }

  public override func forward(_ x: Tensor) -> Tensor { x + body(x) }
}

/// The input as it is.
public final class Identity: Layer {
  public override func forward(_ x: Tensor) -> Tensor { x }
}
