/// A rate that falls by a factor when a metric has stopped getting better.
///
/// After more than `patience` observations in a row that are not better than the best one, the rate becomes
/// max(rate·factor, minimum); the next `cooldown` observations are then not counted. Better than the best b
/// is, for falling metrics, below b·(1 − threshold) or b − threshold; for rising ones above b·(1 + threshold)
/// or b + threshold. `torch.optim.lr_scheduler.ReduceLROnPlateau`.
public struct PlateauSchedule: Schedule {
  /// Which metrics are good.
  public enum Direction: Sendable {
    /// Small ones, such as losses.
    case falling
    /// Large ones, such as accuracies.
    case rising
  }

  /// By how much a metric must be better.
  public enum Threshold: Sendable {
    /// A part of the best metric so far.
    case relative(Double)
    /// An amount.
    case absolute(Double)
  }

  /// Which metrics are good.
  public let direction: Direction
  /// The factor of each fall.
  public let factor: Double
  /// How many observations in a row may be no better.
  public let patience: Int
  /// By how much a metric must be better.
  public let threshold: Threshold
  /// How many observations after a fall are not counted.
  public let cooldown: Int
  /// The lowest rate.
  public let minimumRate: Double

  private var rate: Double
  private var best: Double?
  private var worseCount = 0
  private var remainingCooldown = 0

  /// A schedule that starts at the base rate.
  public init(
    baseRate: Double, direction: Direction = .falling, factor: Double = 0.1, patience: Int = 10,
    threshold: Threshold = .relative(1e-4), cooldown: Int = 0, minimumRate: Double = 0
  ) {
    requireNonnegative(baseRate, "learning rate")
    requireFraction(factor, "factor of the learning rate")
    requireNonnegative(minimumRate, "minimum learning rate")
    precondition(patience >= 0 && cooldown >= 0, "patience and cooldown must be at least 0")
    rate = baseRate
    self.direction = direction
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.cooldown = cooldown
    self.minimumRate = minimumRate
  }

  public func learningRate(at step: Int) -> Double { rate }

  public mutating func observe(_ metric: Double) {
    if isBetter(metric) {
      best = metric
      worseCount = 0
    } else {
      worseCount += 1
    }
    if remainingCooldown > 0 {
      remainingCooldown -= 1
      worseCount = 0
    }
    if worseCount > patience {
      rate = min(rate, max(rate * factor, minimumRate))
      remainingCooldown = cooldown
      worseCount = 0
    }
  }

  private func isBetter(_ metric: Double) -> Bool {
    guard let best else { return metric.isFinite }
    return switch (direction, threshold) {
    case (.falling, .relative(let part)): metric < best * (1 - part)
    case (.falling, .absolute(let amount)): metric < best - amount
    case (.rising, .relative(let part)): metric > best * (1 + part)
    case (.rising, .absolute(let amount)): metric > best + amount
    }
  }

  /// `rate`, `worse_count`, `remaining_cooldown`, and `best` once a metric has been observed.
  public var state: [String: Double] {
    var state = [
      "rate": rate, "worse_count": Double(worseCount), "remaining_cooldown": Double(remainingCooldown),
    ]
    state["best"] = best
    return state
  }

  public mutating func load(state: [String: Double]) throws {
    var problems = StateError(owner: "the plateau schedule")
    func number(_ name: String) -> Double? {
      guard let value = state[name] else {
        problems.missing.append(name)
        return nil
      }
      guard value.isFinite && value >= 0 else {
        problems.unusable.append("\(name) (\(value), expected a number of at least 0)")
        return nil
      }
      return value
    }
    func count(_ name: String) -> Int? {
      guard let value = number(name) else { return nil }
      let count = Int(exactly: value)
      if count == nil { problems.unusable.append("\(name) (\(value), expected a whole number)") }
      return count
    }
    let (rate, worseCount, remainingCooldown) = (
      number("rate"), count("worse_count"), count("remaining_cooldown")
    )
    if let best = state["best"], !best.isFinite {
      problems.unusable.append("best (\(best), expected a number)")
    }
    let known: Set = ["rate", "worse_count", "remaining_cooldown", "best"]
    problems.unexpected = state.keys.filter { !known.contains($0) }.sorted()
    guard problems.isEmpty, let rate, let worseCount, let remainingCooldown else { throw problems }
    self.rate = rate
    self.worseCount = worseCount
    self.remainingCooldown = remainingCooldown
    best = state["best"]
  }
}
