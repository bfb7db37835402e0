/// One rise to a peak and one fall far below the start, both half cosines.
///
/// The rate goes from peak/startDivisor at step 0 to the peak at step risingFraction·T − 1, and from there to
/// peak/startDivisor/finalDivisor at step T − 1. `torch.optim.lr_scheduler.OneCycleLR` with cosine annealing,
/// two phases and constant momentum. Smith and Topin, "Super-Convergence",
/// <https://arxiv.org/abs/1708.07120>.
public struct OneCycleSchedule: Schedule {
  /// The highest rate.
  public let peakRate: Double
  /// The number T of steps.
  public let totalSteps: Int
  /// The part of the steps in which the rate rises.
  public let risingFraction: Double
  /// The peak over the first rate.
  public let startDivisor: Double
  /// The first rate over the last.
  public let finalDivisor: Double

  /// A cycle over `totalSteps` steps.
  public init(
    peakRate: Double, totalSteps: Int, risingFraction: Double = 0.3, startDivisor: Double = 25,
    finalDivisor: Double = 1e4
  ) {
    requireNonnegative(peakRate, "learning rate")
    precondition(totalSteps > 0, "a one-cycle schedule needs at least 1 step, not \(totalSteps)")
    precondition((0...1).contains(risingFraction), "the rising part is \(risingFraction), expected 0 to 1")
    precondition(startDivisor > 0 && finalDivisor > 0, "the divisors of a one-cycle schedule must be above 0")
    self.peakRate = peakRate
    self.totalSteps = totalSteps
    self.risingFraction = risingFraction
    self.startDivisor = startDivisor
    self.finalDivisor = finalDivisor
  }

  public func learningRate(at step: Int) -> Double {
    let last = Double(totalSteps - 1)
    let position = min(Double(max(0, step)), last)
    let top = risingFraction * Double(totalSteps) - 1
    let startRate = peakRate / startDivisor
    if position < top { return cosineBetween(startRate, peakRate, position / top) }
    let fallen = last > top ? (position - top) / (last - top) : 0
    return cosineBetween(peakRate, startRate / finalDivisor, fallen)
  }
}
