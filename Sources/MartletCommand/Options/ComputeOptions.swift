import ArgumentParser
import Tensor
import Training

/// Options of every verb that computes.
struct ComputeOptions: ParsableArguments {
  @Option(help: .integer("Threads; by default one for each core."))
  var threads: Int?

  @Option(help: "Type of activations: f32 or bf16.")
  var dtype: Precision = .float32

  @Option(help: .integer("Seed of all random numbers."))
  var seed: UInt64 = 0

  /// Prepares the calling thread for kernels.
  /// - Throws: ``CommandError`` for a number of threads that no machine has.
  func configure() throws {
    try OptionCheck.require(atLeast: 1, atMost: 1024, ["--threads": threads])
    Compute.configure(threads: threads)
  }
}

extension Precision: ExpressibleByArgument {}

/// How a verb reports.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON document on standard output and nothing else there.")
  var json = false

  @Flag(help: "Show no progress.")
  var quiet = false
}
