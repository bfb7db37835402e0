/// A straight line from the base rate to a minimum: rate(t) = minimum + (base − minimum)·(1 − t/T), then the
/// minimum.
///
/// `torch.optim.lr_scheduler.PolynomialLR` with power 1, where the minimum is 0.
public struct LinearSchedule: Schedule {
  /// The rate η of step 0.
  public let baseRate: Double
  /// The number T of steps.
  public let totalSteps: Int
  /// The rate from step T on.
  public let minimumRate: Double

  /// A line over `totalSteps` steps.
  public init(baseRate: Double, totalSteps: Int, minimumRate: Double = 0) {
    requireNonnegative(baseRate, "learning rate")
    requireNonnegative(minimumRate, "minimum learning rate")
    precondition(totalSteps > 0, "a linear schedule needs at least 1 step, not \(totalSteps)")
    self.baseRate = baseRate
    self.totalSteps = totalSteps
    self.minimumRate = minimumRate
  }

  public func learningRate(at step: Int) -> Double {
    minimumRate + (baseRate - minimumRate) * (1 - progress(step, of: totalSteps))
  }
}
