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
  /// Added to the output for the same input; nil for nothing.
  public var adapter: (any WeightAdapter)? { didSet { namingParts() } }

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

  public override func forward(_ x: Tensor) -> Tensor { output(x, bias: bias?.tensor) }

  /// Runs the layer with a bias that the caller makes instead of its own.
  public func callAsFunction(_ x: Tensor, bias: Tensor) -> Tensor { scoped { output(x, bias: bias) } }

  private func output(_ x: Tensor, bias: Tensor?) -> Tensor {
    let y = linear(x, weight: weight.tensor, bias: bias, backward: backward)
    return adapter.map { y + $0(x) } ?? y
  }
}
