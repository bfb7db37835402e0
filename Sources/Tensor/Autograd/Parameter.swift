/// A trainable tensor of a model: float32, updated in place by an optimiser.
public final class Parameter {
  /// The elements; read them as an operand through `tensor`.
  public let value: Tensor
  /// Whether the backward pass computes its gradient; a frozen parameter costs no backward work at all.
  public var requiresGradient = true
  /// The elements that train, as ranges of their row-major positions; nil for all. Optimisers leave the others as they are,
  /// whatever gradient and weight decay say.
  public var trainedRanges: [Range<Int>]? {
    didSet {
      precondition(
        trainedRanges?.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= value.count } ?? true,
        "the ranges that train must lie in the \(value.count) elements of the parameter")
    }
  }
  private let leaf = Node()

  /// A parameter that starts with the given elements.
  public init(_ value: Tensor) {
    precondition(value.dtype == .float32, "parameters are float32, not \(value.dtype)")
    self.value = value.detached
  }

  /// The parameter as an operand of operations.
  public var tensor: Tensor { requiresGradient ? value.with(node: leaf) : value }

  var node: Node { leaf }
}
