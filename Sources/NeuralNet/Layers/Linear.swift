import Tensor

/// A linear map of the last axis.
///
/// # Shapes
/// input […, inputs] → output […, outputs]; `weight` [outputs, inputs], `bias` [outputs].
public final class Linear: Layer {
  /// The matrix.
  public let weight: Parameter
  /// Added to every output row.
  public let bias: Parameter?
  /// How cotangents flow back; replace it to train with another backward pass.
  public var backward: any LinearBackward = ExactLinearBackward()

  /// A linear layer with new weights.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, initializer: Initializer = .uniformFanIn,
    using generator: inout Generator
  ) {
    weight = Parameter(initializer.weight([outputs, inputs], using: &generator))
    let bound = 1 / Float(inputs).squareRoot()
    guard bias else {
      self.bias = nil
      return
    }
    if case .uniformFanIn = initializer {
      self.bias = Parameter(.uniform([outputs], in: -bound..<bound, using: &generator))
    } else {
      self.bias = Parameter(.zeros([outputs]))
    }
  }

  public override func forward(_ x: Tensor) -> Tensor {
    linear(x, weight: weight.tensor, bias: bias?.tensor, backward: backward)
  }
}
