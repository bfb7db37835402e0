import ArgumentParser

/// `martlet bench`: one subcommand for each kind of work that is measured.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the speed and memory of one kind of work.",
    subcommands: [
      BenchTrainStep.self, BenchAdaptStep.self, BenchConvBackward.self, BenchLinearBackward.self, BenchInference.self,
      BenchMachine.self,
    ])
}
