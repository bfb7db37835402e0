/// A straight rise to the first rate of another schedule, which starts when the rise ends.
///
/// With W warm-up steps and the other schedule's rate r, rate(t) = r(0)·(f + (1 − f)·t/W) for t < W, and r(t
/// − W) from then on. `SequentialLR` of `LinearLR` in `torch.optim.lr_scheduler`. Goyal et al., "Accurate,
/// Large Minibatch SGD: Training ImageNet in 1 Hour", <https://arxiv.org/abs/1706.02677>.
public struct WarmUpSchedule: Schedule {
  /// The number W of warm-up steps.
  public let steps: Int
  /// The part f of the other schedule's first rate at which the rise starts.
  public let startFactor: Double
  /// The schedule after the rise.
  public private(set) var following: any Schedule

  /// A rise before a schedule.
  public init(steps: Int, startFactor: Double = 0.01, following: any Schedule) {
    precondition(steps >= 0, "the number of warm-up steps is \(steps), expected at least 0")
    requireNonnegative(startFactor, "first factor of the warm-up")
    self.steps = steps
    self.startFactor = startFactor
    self.following = following
  }

  public func learningRate(at step: Int) -> Double {
    guard step < steps else { return following.learningRate(at: step - steps) }
    let factor = startFactor + (1 - startFactor) * progress(step, of: steps)
    return factor * following.learningRate(at: 0)
  }

  public mutating func observe(_ metric: Double) { following.observe(metric) }

  public var state: [String: Double] { following.state }

  public mutating func load(state: [String: Double]) throws { try following.load(state: state) }
}
