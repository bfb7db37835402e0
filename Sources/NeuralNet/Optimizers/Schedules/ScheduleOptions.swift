/// What named schedules are made from.
public struct ScheduleOptions: Sendable, Hashable {
  /// The highest learning rate.
  public var baseRate: Double
  /// The number of steps of the whole training, warm-up included.
  public var totalSteps: Int
  /// The number of steps in which the rate rises.
  public var warmUpSteps: Int
  /// The lowest rate of the linear, cosine and plateau schedules.
  public var minimumRate: Double
  /// By what the step and plateau schedules multiply the rate.
  public var factor: Double
  /// The steps at which the step schedule falls, counted from the start of the training; nil for its own
  /// choice.
  public var milestones: [Int]?
  /// How many metrics in a row may be no better before the plateau schedule falls.
  public var patience: Int
  /// Which metrics are good for the plateau schedule.
  public var direction: PlateauSchedule.Direction

  /// Options with the usual values.
  public init(
    baseRate: Double, totalSteps: Int, warmUpSteps: Int = 0, minimumRate: Double = 0, factor: Double = 0.1,
    milestones: [Int]? = nil, patience: Int = 10, direction: PlateauSchedule.Direction = .falling
  ) {
    self.baseRate = baseRate
    self.totalSteps = totalSteps
    self.warmUpSteps = warmUpSteps
    self.minimumRate = minimumRate
    self.factor = factor
    self.milestones = milestones
    self.patience = patience
    self.direction = direction
  }

  func check() throws {
    func require(_ condition: Bool, _ option: String, _ found: Any, _ expected: String) throws {
      if !condition { throw ScheduleError(option: option, found: "\(found)", expected: expected) }
    }
    try require(baseRate.isFinite && baseRate > 0, "learning rate", baseRate, "a number above 0")
    try require(totalSteps > 0, "number of steps", totalSteps, "at least 1")
    try require(
      (0..<totalSteps).contains(warmUpSteps), "number of warm-up steps", warmUpSteps,
      "at least 0 and fewer than the \(totalSteps) steps of the training")
    try require(
      minimumRate >= 0 && minimumRate <= baseRate, "minimum learning rate", minimumRate,
      "at least 0 and at most the learning rate \(baseRate)")
    try require(factor >= 0 && factor < 1, "factor of the learning rate", factor, "at least 0 and below 1")
    try require(patience >= 0, "patience", patience, "at least 0")
    if let milestones {
      try require(
        milestones.allSatisfy { $0 >= warmUpSteps }, "list of milestones", milestones,
        "steps from \(warmUpSteps), the end of the warm-up")
    }
  }
}

/// An option that no schedule can follow.
public struct ScheduleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the option is about, such as "number of warm-up steps".
  public let option: String
  /// Its value.
  public let found: String
  /// Which values are possible.
  public let expected: String

  /// One sentence that says what was found and what is expected.
  public var description: String { "the \(option) is \(found), expected \(expected)" }
}
