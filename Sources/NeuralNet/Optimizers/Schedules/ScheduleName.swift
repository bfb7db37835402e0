/// The schedules that can be asked for by name.
public enum ScheduleName: String, CaseIterable, Sendable, Codable {
  case constant
  case linear
  case cosine
  case step
  case oneCycle = "one-cycle"
  case plateau

  /// The named schedule for a training.
  ///
  /// Warm-up goes before every schedule but one-cycle, which rises by itself: there it is the length of that
  /// rise. The step schedule without milestones falls after one half and three quarters of the steps that
  /// follow the warm-up (He et al., "Deep Residual Learning for Image Recognition", section 4.2,
  /// <https://arxiv.org/abs/1512.03385>).
  /// - Throws: ``ScheduleError`` for options that no schedule can follow.
  public func schedule(_ options: ScheduleOptions) throws -> any Schedule {
    try options.check()
    let (rate, minimum) = (options.baseRate, options.minimumRate)
    let steps = options.totalSteps - options.warmUpSteps
    let main: any Schedule
    switch self {
    case .constant: main = ConstantSchedule(baseRate: rate)
    case .linear: main = LinearSchedule(baseRate: rate, totalSteps: steps, minimumRate: minimum)
    case .cosine: main = CosineSchedule(baseRate: rate, totalSteps: steps, minimumRate: minimum)
    case .step:
      let milestones =
        options.milestones?.map { $0 - options.warmUpSteps } ?? [steps / 2, steps * 3 / 4].map { max(1, $0) }
      main = StepSchedule(baseRate: rate, milestones: milestones, gamma: options.factor)
    case .oneCycle:
      let rising = options.warmUpSteps > 0 ? Double(options.warmUpSteps) / Double(options.totalSteps) : 0.3
      return OneCycleSchedule(peakRate: rate, totalSteps: options.totalSteps, risingFraction: rising)
    case .plateau:
      main = PlateauSchedule(
        baseRate: rate, direction: options.direction, factor: options.factor, patience: options.patience,
        minimumRate: minimum)
    }
    return options.warmUpSteps > 0 ? WarmUpSchedule(steps: options.warmUpSteps, following: main) : main
  }
}
