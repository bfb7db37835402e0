/// What a training step takes.
public struct StepCost: Sendable, Hashable {
  /// Bytes that tensors take at the peak.
  public var peakBytes: Int
  /// Milliseconds, all micro-batches together.
  public var milliseconds: Double
  /// Floating-point operations, all micro-batches together.
  public var operations: Double

  /// A cost.
  public init(peakBytes: Int, milliseconds: Double, operations: Double) {
    (self.peakBytes, self.milliseconds, self.operations) = (peakBytes, milliseconds, operations)
  }

  /// Whether a budget has room for it.
  public func fits(_ budget: Budget) -> Bool {
    peakBytes <= budget.memoryBytes ?? .max && milliseconds <= budget.milliseconds ?? .infinity
      && operations <= budget.operations ?? .infinity
  }
}
