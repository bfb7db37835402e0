/// What a training step takes.
public struct StepCost: Sendable, Hashable {
  /// Bytes that tensors take at the peak.
  public var peakBytes: Int
  /// Milliseconds, all micro-batches together.
  public var milliseconds: Double
  /// Floating-point operations, all micro-batches together.
  public var operations: Double
  /// Those of them that belong to the backward pass.
  public var backwardOperations: Double
  /// Bytes that a micro-batch keeps from the forward for the backward pass.
  public var savedBytes: Int

  /// A cost.
  public init(
    peakBytes: Int, milliseconds: Double, operations: Double, backwardOperations: Double, savedBytes: Int
  ) {
    (self.peakBytes, self.milliseconds, self.operations) = (peakBytes, milliseconds, operations)
    (self.backwardOperations, self.savedBytes) = (backwardOperations, savedBytes)
  }

  /// Whether a budget has room for it.
  public func fits(_ budget: Budget) -> Bool {
    peakBytes <= budget.memoryBytes ?? .max && milliseconds <= budget.milliseconds ?? .infinity
      && operations <= budget.operations ?? .infinity
  }

  /// What breaks which limit of a budget, as sentences with the limit that would do.
  func excess(over budget: Budget) -> [String] {
    func megabytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20)MB" }
    var parts: [String] = []
    if let limit = budget.memoryBytes, peakBytes > limit {
      parts.append(
        "\(megabytes(limit)) of memory are too little, the smallest that would do is \(megabytes(peakBytes))")
    }
    if let limit = budget.milliseconds, milliseconds > limit {
      parts.append("\(Int(limit)) ms a step are too short, \(Int(milliseconds.rounded(.up))) ms would do")
    }
    if let limit = budget.operations, operations > limit {
      parts.append("\(limit) operations a step are too few, \(operations) would do")
    }
    return parts
  }
}
