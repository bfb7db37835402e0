import Foundation
import NeuralNet
import Testing

@Suite("Schedules give PyTorch's learning rates")
struct ScheduleReferenceTests {
  struct Reference: Decodable, Sendable, CustomTestStringConvertible {
    struct Attributes: Decodable, Sendable {
      var tMax: Int?
      var etaMin: Double?
      var stepSize: Int?
      var milestones: [Int]?
      var gamma: Double?
      var startFactor: Double?
      var warmupSteps: Int?
      var maxLr: Double?
      var totalSteps: Int?
      var pctStart: Double?
      var annealStrategy: String?
      var divFactor: Double?
      var finalDivFactor: Double?
      var mode: String?
      var factor: Double?
      var patience: Int?
      var threshold: Double?
      var thresholdMode: String?
      var cooldown: Int?
      var minLr: Double?
      var metrics: [Double]?
    }

    let name: String
    let operation: String
    let lr: Double
    let attributes: Attributes
    let rates: [Double]

    var testDescription: String { name }

    /// The schedule of this case; nil for an annealing that Martlet does not have.
    func schedule() throws -> (any Schedule)? {
      let a = attributes
      switch operation {
      case "ConstantLR": return ConstantSchedule(baseRate: lr)
      case "CosineAnnealingLR":
        return CosineSchedule(
          baseRate: lr, totalSteps: try #require(a.tMax), minimumRate: try #require(a.etaMin))
      case "StepLR":
        return StepSchedule(baseRate: lr, every: try #require(a.stepSize), gamma: try #require(a.gamma))
      case "MultiStepLR":
        return StepSchedule(
          baseRate: lr, milestones: try #require(a.milestones), gamma: try #require(a.gamma))
      case "LinearWarmupCosine":
        return WarmUpSchedule(
          steps: try #require(a.warmupSteps), startFactor: try #require(a.startFactor),
          following: CosineSchedule(
            baseRate: lr, totalSteps: try #require(a.tMax), minimumRate: try #require(a.etaMin)))
      case "OneCycleLR":
        guard a.annealStrategy == "cos" else { return nil }
        return OneCycleSchedule(
          peakRate: try #require(a.maxLr), totalSteps: try #require(a.totalSteps),
          risingFraction: try #require(a.pctStart), startDivisor: try #require(a.divFactor),
          finalDivisor: try #require(a.finalDivFactor))
      case "ReduceLROnPlateau":
        let threshold = try #require(a.threshold)
        return PlateauSchedule(
          baseRate: lr, direction: a.mode == "max" ? .rising : .falling, factor: try #require(a.factor),
          patience: try #require(a.patience),
          threshold: a.thresholdMode == "abs" ? .absolute(threshold) : .relative(threshold),
          cooldown: try #require(a.cooldown), minimumRate: try #require(a.minLr))
      default:
        Issue.record("no schedule for \(operation)")
        return nil
      }
    }
  }

  static func references() -> [Reference] {
    struct File: Decodable { let schedules: [Reference] }
    let url = OptimizerReferences.folder.appending(path: "schedules.json")
    guard let data = try? Data(contentsOf: url) else { return [] }
    return (try? OptimizerReferences.decoder.decode(File.self, from: data))?.schedules ?? []
  }

  @Test("every schedule has a reference")
  func complete() throws {
    let kinds = try Self.references().compactMap { try $0.schedule().map { "\(type(of: $0))" } }
    #expect(
      Set(kinds) == [
        "ConstantSchedule", "CosineSchedule", "StepSchedule", "WarmUpSchedule", "OneCycleSchedule",
        "PlateauSchedule",
      ])
    #expect(kinds.count == 10)
  }

  @Test("each step's rate", arguments: references())
  func rates(_ reference: Reference) throws {
    guard var schedule = try reference.schedule() else { return }
    for (step, expected) in reference.rates.enumerated() {
      #expect(abs(schedule.learningRate(at: step) - expected) < 1e-14, "step \(step)")
      if let metrics = reference.attributes.metrics { schedule.observe(metrics[step]) }
    }
  }

  @Test("a plateau schedule that is continued gives the same rates", arguments: references())
  func continued(_ reference: Reference) throws {
    guard let metrics = reference.attributes.metrics else { return }
    for cut in 0..<metrics.count {
      guard var schedule = try reference.schedule(), var resumed = try reference.schedule() else { return }
      for metric in metrics[..<cut] { schedule.observe(metric) }
      try resumed.load(state: schedule.state)
      for step in cut..<metrics.count {
        #expect(
          abs(resumed.learningRate(at: step) - reference.rates[step]) < 1e-14, "cut \(cut), step \(step)")
        resumed.observe(metrics[step])
      }
    }
  }
}

@Suite("Schedules")
struct ScheduleTests {
  @Test("a line to the minimum")
  func linear() {
    let schedule = LinearSchedule(baseRate: 0.5, totalSteps: 4, minimumRate: 0.1)
    for (step, expected) in [0.5, 0.4, 0.3, 0.2, 0.1, 0.1].enumerated() {
      #expect(abs(schedule.learningRate(at: step) - expected) < 1e-15)
    }
  }

  @Test("after the last step the final rate stays")
  func afterTheEnd() {
    #expect(CosineSchedule(baseRate: 1, totalSteps: 7, minimumRate: 0.25).learningRate(at: 50) == 0.25)
    let cycle = OneCycleSchedule(peakRate: 1, totalSteps: 10)
    #expect(cycle.learningRate(at: 50) == cycle.learningRate(at: 9))
    #expect(abs(cycle.learningRate(at: 9) - 1 / 25e4) < 1e-15)
  }

  @Test("one cycle of any length and rise stays between its last rate and its peak")
  func shortCycles() {
    for totalSteps in 1...12 {
      for fraction in [0, 0.01, 0.25, 0.5, 1] {
        let cycle = OneCycleSchedule(peakRate: 1, totalSteps: totalSteps, risingFraction: fraction)
        for step in 0...totalSteps { #expect((3.9e-6...1).contains(cycle.learningRate(at: step))) }
      }
    }
  }

  @Test("warm-up before a plateau schedule hands on metrics and state")
  func warmUpOfPlateau() throws {
    func make() -> any Schedule {
      WarmUpSchedule(
        steps: 2, startFactor: 0.5,
        following: PlateauSchedule(baseRate: 1, factor: 0.5, patience: 0))
    }
    var schedule = make()
    #expect((0..<4).map(schedule.learningRate(at:)) == [0.5, 0.75, 1, 1])
    schedule.observe(3)
    schedule.observe(4)
    #expect(schedule.learningRate(at: 5) == 0.5)
    var resumed = make()
    try resumed.load(state: schedule.state)
    #expect(resumed.learningRate(at: 5) == 0.5)
  }

  @Test("a metric must be better by more than the threshold")
  func thresholds() {
    func falls(
      _ direction: PlateauSchedule.Direction, _ threshold: PlateauSchedule.Threshold, _ metrics: [Double]
    ) -> Bool {
      var schedule = PlateauSchedule(
        baseRate: 1, direction: direction, factor: 0.5, patience: 0, threshold: threshold)
      for metric in metrics { schedule.observe(metric) }
      return schedule.learningRate(at: 0) < 1
    }
    #expect(falls(.rising, .absolute(0.5), [4, 4.25]) && !falls(.rising, .absolute(0.5), [4, 4.75]))
    #expect(falls(.falling, .absolute(0.5), [4, 3.75]) && !falls(.falling, .absolute(0.5), [4, 3.25]))
    #expect(falls(.rising, .relative(0.5), [4, 5]) && !falls(.rising, .relative(0.5), [4, 7]))
    #expect(falls(.falling, .relative(0.5), [4, 3]) && !falls(.falling, .relative(0.5), [4, 1]))
  }

  @Test("a metric that is not a number is no better")
  func badMetric() {
    var schedule = PlateauSchedule(baseRate: 1, factor: 0.5, patience: 0)
    schedule.observe(.nan)
    #expect(schedule.learningRate(at: 0) == 0.5)
    #expect(schedule.state["best"] == nil)
  }

  @Test("a saved state that does not fit is refused by name and changes nothing")
  func refusal() {
    var constant: any Schedule = ConstantSchedule(baseRate: 1)
    #expect(constant.state.isEmpty)
    let unexpected = #expect(throws: StateError.self) { try constant.load(state: ["rate": 1]) }
    #expect(unexpected?.unexpected == ["rate"])

    var plateau = PlateauSchedule(baseRate: 1)
    let error = #expect(throws: StateError.self) {
      try plateau.load(state: ["rate": 0.5, "worse_count": 1.5, "best": .nan, "other": 0])
    }
    #expect(error?.missing == ["remaining_cooldown"])
    #expect(error?.unexpected == ["other"])
    #expect(error?.unusable.count == 2)
    #expect(throws: StateError.self) {
      try plateau.load(state: ["rate": -1, "worse_count": 1e300, "remaining_cooldown": 0])
    }
    #expect(plateau.learningRate(at: 0) == 1)
  }
}

@Suite("Schedules by name")
struct ScheduleNameTests {
  @Test("each name makes its schedule, with warm-up before it")
  func names() throws {
    let plain = ScheduleOptions(baseRate: 0.1, totalSteps: 100)
    var warm = plain
    warm.warmUpSteps = 10
    let kinds: [ScheduleName: String] = [
      .constant: "ConstantSchedule", .linear: "LinearSchedule", .cosine: "CosineSchedule",
      .step: "StepSchedule", .oneCycle: "OneCycleSchedule", .plateau: "PlateauSchedule",
    ]
    for name in ScheduleName.allCases {
      #expect("\(type(of: try name.schedule(plain)))" == kinds[name])
      let rates = try name.schedule(warm)
      #expect(rates.learningRate(at: 0) < 0.01)
      #expect(abs((0..<100).map(rates.learningRate(at:)).max()! - 0.1) < 1e-12)
    }
    #expect(
      ScheduleName.allCases.map(\.rawValue) == [
        "constant", "linear", "cosine", "step", "one-cycle", "plateau",
      ])
  }

  @Test("the total includes the warm-up")
  func totals() throws {
    for name in [ScheduleName.linear, .cosine] {
      let schedule = try name.schedule(
        ScheduleOptions(baseRate: 1, totalSteps: 100, warmUpSteps: 20, minimumRate: 0.5))
      #expect(schedule.learningRate(at: 20) == 1)
      #expect(abs(schedule.learningRate(at: 60) - 0.75) < 1e-12)
      #expect(schedule.learningRate(at: 99) > 0.5 && schedule.learningRate(at: 100) == 0.5)
    }
  }

  @Test("milestones count from the start of the training")
  func milestones() throws {
    var options = ScheduleOptions(
      baseRate: 1, totalSteps: 100, warmUpSteps: 20, factor: 0.5, milestones: [30, 50])
    let chosen = try ScheduleName.step.schedule(options)
    #expect([29, 30, 49, 50].map(chosen.learningRate(at:)) == [1, 0.5, 0.5, 0.25])
    options.milestones = nil
    let usual = try ScheduleName.step.schedule(options)
    #expect([59, 60, 79, 80].map(usual.learningRate(at:)) == [1, 0.5, 0.5, 0.25])
    let short = try ScheduleName.step.schedule(ScheduleOptions(baseRate: 1, totalSteps: 1))
    #expect(short.learningRate(at: 0) == 1)
  }

  @Test("the plateau schedule gets its options")
  func plateau() throws {
    var schedule = try ScheduleName.plateau.schedule(
      ScheduleOptions(
        baseRate: 1, totalSteps: 9, minimumRate: 0.3, factor: 0.5, patience: 1, direction: .rising))
    var rates: [Double] = []
    for metric in [1, 2, 1, 1, 1, 1, 3] as [Double] {
      schedule.observe(metric)
      rates.append(schedule.learningRate(at: 0))
    }
    #expect(rates == [1, 1, 1, 0.5, 0.5, 0.3, 0.3])
  }

  @Test("impossible options are refused in words")
  func refusal() {
    func message(_ options: ScheduleOptions) -> String? {
      #expect(throws: ScheduleError.self) { try ScheduleName.cosine.schedule(options) }?.description
    }
    let warm = ScheduleOptions(baseRate: 0.1, totalSteps: 5, warmUpSteps: 5)
    #expect(
      message(warm)
        == "the number of warm-up steps is 5, expected at least 0 and fewer than the 5 steps of the training")
    #expect(message(ScheduleOptions(baseRate: .nan, totalSteps: 5)) != nil)
    #expect(message(ScheduleOptions(baseRate: -1, totalSteps: 5)) != nil)
    #expect(message(ScheduleOptions(baseRate: 1, totalSteps: 0)) != nil)
    #expect(message(ScheduleOptions(baseRate: 1, totalSteps: 5, minimumRate: 2)) != nil)
    #expect(message(ScheduleOptions(baseRate: 1, totalSteps: 5, factor: 1.5)) != nil)
    #expect(message(ScheduleOptions(baseRate: 1, totalSteps: 5, patience: -1)) != nil)
    #expect(message(ScheduleOptions(baseRate: 1, totalSteps: 5, warmUpSteps: 2, milestones: [1])) != nil)
  }
}
