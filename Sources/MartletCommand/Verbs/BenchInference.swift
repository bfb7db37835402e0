import ArgumentParser
import Inference
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// `martlet bench inference`: the latency of a model's inference form on random pictures.
struct BenchInference: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inference", abstract: "Time the inference form of a model on random pictures.")

  @Option(help: "A registered model; see martlet models.")
  var model: String

  @Option(help: .integer("Pictures at a time."))
  var batch = 1

  @Option(help: .integer("Height and width of the pictures; by default the model's own."))
  var input: Int?

  @Option(help: .integer("Runs that are timed."))
  var runs = 100

  @Option(help: .integer("Runs before the first that is timed."))
  var warmup = 10

  @Flag(help: "Run the model as it is trained, in evaluation mode, instead of its inference form.")
  var eager = false

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try OptionCheck.require(atLeast: 1, ["--batch": batch, "--input": input, "--runs": runs])
    try OptionCheck.require(atLeast: 0, ["--warmup": warmup])
    try compute.configure()
    var generator = Generator(seed: compute.seed)
    let entry = try ModelRegistry.entry(named: model)
    var configuration = entry.defaults
    if let input { configuration.inputSize = input }
    try entry.check(inputSize: configuration.inputSize)
    let built = try ModelRegistry.make(configuration, using: &generator)
    let size = configuration.inputSize
    let images = Tensor.normal([batch, size, size, configuration.inputChannels], using: &generator)
    let network = InferenceNetwork(built.network, dtype: compute.dtype.dtype)
    let timing = Timing.of(repetitions: runs, warmUp: warmup) {
      if eager {
        withoutGradients { _ = built.network(images.cast(to: compute.dtype.dtype)) }
      } else {
        _ = network(images)
      }
    }
    Report.printBench(
      "inference",
      [
        "model": .string(model), "batch": .integer(batch), "input": .integer(size),
        "form": .string(eager ? "eager" : "inference"), "runs": .integer(runs),
        "p90_ms": .number(timing.percentile(90)), "p99_ms": .number(timing.percentile(99)),
      ], timing: timing, compute, output)
  }
}
