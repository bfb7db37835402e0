/// The same learning rate in every step.
public struct ConstantSchedule: Schedule {
  /// The learning rate.
  public let baseRate: Double

  /// A schedule that never changes the rate.
  public init(baseRate: Double) {
    requireNonnegative(baseRate, "learning rate")
    self.baseRate = baseRate
  }

  public func learningRate(at step: Int) -> Double { baseRate }
}
