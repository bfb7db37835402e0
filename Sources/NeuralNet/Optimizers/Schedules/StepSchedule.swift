#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A rate that falls by a factor at certain steps: rate(t) = base·γⁿ, n being the number of falls up to step
/// t.
///
/// `torch.optim.lr_scheduler.MultiStepLR` and `StepLR`.
public struct StepSchedule: Schedule {
  private enum Falls: Sendable {
    case at([Int])
    case every(Int)
  }

  /// The rate of step 0.
  public let baseRate: Double
  /// The factor γ of each fall.
  public let gamma: Double
  private let falls: Falls

  /// A schedule that multiplies the rate by `gamma` at each of the given steps.
  public init(baseRate: Double, milestones: [Int], gamma: Double = 0.1) {
    self.init(baseRate: baseRate, gamma: gamma, falls: .at(milestones))
  }

  /// A schedule that multiplies the rate by `gamma` after every `interval` steps.
  public init(baseRate: Double, every interval: Int, gamma: Double = 0.1) {
    precondition(
      interval > 0, "the steps between two falls of the learning rate are \(interval), expected at least 1")
    self.init(baseRate: baseRate, gamma: gamma, falls: .every(interval))
  }

  private init(baseRate: Double, gamma: Double, falls: Falls) {
    requireNonnegative(baseRate, "learning rate")
    requireNonnegative(gamma, "factor of the learning rate")
    self.baseRate = baseRate
    self.gamma = gamma
    self.falls = falls
  }

  public func learningRate(at step: Int) -> Double {
    let count =
      switch falls {
      case .at(let milestones): milestones.count { $0 <= step }
      case .every(let interval): max(0, step) / interval
      }
    return baseRate * pow(gamma, Double(count))
  }
}
