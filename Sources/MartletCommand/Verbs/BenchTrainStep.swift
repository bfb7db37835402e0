import ArgumentParser
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// `martlet bench train-step`: forward, backward and SGD with momentum on random pictures.
struct BenchTrainStep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-step", abstract: "Time whole training steps of a model on random pictures.")

  @Option(help: "A registered model; see martlet models.")
  var model: String

  @Option(help: .integer("Examples in a step."))
  var batch = 16

  @Option(help: .integer("Height and width of the pictures; by default the model's own."))
  var input: Int?

  @Option(help: .integer("Steps that are timed."))
  var steps = 20

  @Option(help: .integer("Steps before the first that is timed."))
  var warmup = 3

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try OptionCheck.require(atLeast: 1, ["--batch": batch, "--input": input, "--steps": steps])
    try OptionCheck.require(atLeast: 0, ["--warmup": warmup])
    try compute.configure()
    let workload = try TrainingWorkload(model: model, batch: batch, size: input, compute: compute)
    let step = workload.wholeStep()
    let timing = try Timing.of(repetitions: steps, warmUp: warmup) { try workload.run(step) }
    Report.printBench(
      "train-step",
      [
        "model": .string(model), "batch": .integer(batch), "input": .integer(workload.size), "steps": .integer(steps),
      ], timing: timing, compute, output)
  }
}
