/// What a training step may take.
public struct Budget: Sendable, Hashable {
  /// Bytes that tensors take at their peak: weights, pictures, activations, gradients, the optimiser's state and the kernels'
  /// scratch space. The program itself comes on top.
  public var memoryBytes: Int?
  /// Milliseconds of a step of the whole batch.
  public var milliseconds: Double?
  /// Floating-point operations of a step of the whole batch, forward and backward, a multiply-add counted as two.
  public var operations: Double?

  /// A budget; nil stands for no limit.
  public init(memoryBytes: Int? = nil, milliseconds: Double? = nil, operations: Double? = nil) {
    (self.memoryBytes, self.milliseconds, self.operations) = (memoryBytes, milliseconds, operations)
  }

  /// Whether there is any limit.
  public var isLimited: Bool { memoryBytes != nil || milliseconds != nil || operations != nil }
}
