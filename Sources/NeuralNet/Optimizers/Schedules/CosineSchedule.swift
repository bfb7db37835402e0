/// Half a cosine from the base rate to a minimum: rate(t) = minimum + (base − minimum)·(1 + cos(π·t/T))/2,
/// then the minimum.
///
/// `torch.optim.lr_scheduler.CosineAnnealingLR`. Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent
/// with Warm Restarts" (here without restarts), ICLR 2017, <https://arxiv.org/abs/1608.03983>.
public struct CosineSchedule: Schedule {
  /// The rate of step 0.
  public let baseRate: Double
  /// The number T of steps.
  public let totalSteps: Int
  /// The rate from step T on.
  public let minimumRate: Double

  /// A half cosine over `totalSteps` steps.
  public init(baseRate: Double, totalSteps: Int, minimumRate: Double = 0) {
    requireNonnegative(baseRate, "learning rate")
    requireNonnegative(minimumRate, "minimum learning rate")
    precondition(totalSteps > 0, "a cosine schedule needs at least 1 step, not \(totalSteps)")
    self.baseRate = baseRate
    self.totalSteps = totalSteps
    self.minimumRate = minimumRate
  }

  public func learningRate(at step: Int) -> Double {
    cosineBetween(baseRate, minimumRate, progress(step, of: totalSteps))
  }
}
