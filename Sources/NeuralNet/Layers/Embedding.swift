import Tensor

/// A table of vectors looked up by index. Shapes: int64 […] → […, width]; `weight` [count, width].
public final class Embedding: Module {
  /// The table.
  public let weight: Parameter

  /// A table of normally distributed vectors.
  public init(count: Int, width: Int, using generator: inout Generator) {
    weight = Parameter(.normal([count, width], using: &generator))
  }

  /// The vectors at the given indices.
  public func callAsFunction(_ indices: Tensor) -> Tensor { scoped { weight.tensor.gathered(rows: indices) } }
}
