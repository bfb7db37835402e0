import Adaptation
import ArgumentParser
import NeuralNet
import Reporting
import Tensor
import Training

/// `martlet bench linear-backward`: the backward pass of a linear layer, exact and by Walsh–Hadamard projections.
struct BenchLinearBackward: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linear-backward",
    abstract: "Time the backward pass of a linear layer over tokens, exact and by low-rank projections.")

  @Option(help: .integer("Tokens of an example: a square grid, behind at most two others."))
  var tokens = 197

  @Option(help: .integer("Tokens beside the grid; by default those that the largest square leaves."))
  var extra: Int?

  @Option(name: .customLong("in"), help: .integer("Channels of the input."))
  var inputs = 768

  @Option(name: .customLong("out"), help: .integer("Channels of the output."))
  var outputs = 3072

  @Option(help: .integer("Examples in a batch."))
  var batch = 32

  @Option(help: "Walsh functions that are kept: l1-K, linf-K or list-IJ-IJ….")
  var bases = "l1-4"

  @Option(help: "What stands around a grid that blocks do not fill: reflect or zero.")
  var padding = WalshPadding.zero

  @Option(help: .integer("Runs that are timed."))
  var runs = 30

  @Option(help: .integer("Runs before the first that is timed."))
  var warmup = 3

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try OptionCheck.require(
      atLeast: 1, ["--tokens": tokens, "--in": inputs, "--out": outputs, "--batch": batch, "--runs": runs])
    try OptionCheck.require(atLeast: 0, ["--extra": extra, "--warmup": warmup])
    try OptionCheck.requireElements([[inputs, outputs], [batch, tokens, max(inputs, outputs)]])
    try compute.configure()
    let bases = try WalshBases(parsing: bases)
    let grid = try TokenGrid(tokens: tokens, extraTokens: extra)
    var generator = Generator(seed: compute.seed)
    let layer = Linear(inputs, outputs, using: &generator)
    let shape: Shape = [batch, tokens, inputs]
    let training = WalshTraining(bases, padding: padding)
    guard let adapted = NetworkLayers(Sequential(layer).namingParts(), inputShape: shape).layers.first else { return }
    try training.check(adapted)
    let x = Tensor.normal(shape, using: &generator).cast(to: compute.dtype.dtype)
    let cotangent = Tensor.normal([batch, tokens, outputs], using: &generator).cast(to: compute.dtype.dtype)
    let projected = LinearPasses(layer, training.backward, input: x, cotangent: cotangent)
    let exact = LinearPasses(layer, ExactLinearBackward(), input: x, cotangent: cotangent)
    let timings = Timing.alternating(
      repetitions: runs, warmUp: warmup,
      [exact.backward, projected.backward, exact.forward, projected.forward, projected.save])
    let cost = training.cost(of: adapted, wantsInput: true)
    let exactCost = ExactTraining().cost(of: adapted, wantsInput: true)
    Report.printBench(
      "linear-backward",
      [
        "tokens": .integer(tokens), "extra": .integer(grid.extraTokens),
        "in": .integer(inputs), "out": .integer(outputs), "batch": .integer(batch),
        "bases": .string("\(bases)"), "bases_count": .integer(bases.count), "padding": .string(padding.rawValue),
        "runs": .integer(runs),
        "exact_ms": .number(timings[0].median), "filtered_ms": .number(timings[1].median),
        "exact_forward_ms": .number(timings[2].median), "forward_ms": .number(timings[3].median),
        "projection_ms": .number(timings[4].median), "exact_saved_bytes": .integer(x.byteCount),
        "saved_bytes": .integer(cost.savedBytes),
        "operation_ratio": .number(exactCost.operations / cost.operations),
        "time_ratio": .number(timings[0].median / timings[1].median),
      ], timing: timings[1], compute, output)
  }
}

extension WalshPadding: ExpressibleByArgument {}

/// The passes of a linear layer with one way to send cotangents back.
private struct LinearPasses {
  let layer: Linear
  let way: any LinearBackward
  let input: Tensor
  let cotangent: Tensor
  private let saved: Tensor

  init(_ layer: Linear, _ way: any LinearBackward, input: Tensor, cotangent: Tensor) {
    (self.layer, self.way, self.input, self.cotangent) = (layer, way, input, cotangent)
    saved = way.save(input)
  }

  func save() { _ = way.save(input) }

  func forward() {
    _ = linear(input, weight: layer.weight.tensor, bias: layer.bias?.tensor, backward: way)
  }

  func backward() {
    _ = way.gradients(
      cotangent: cotangent, saved: saved, weight: layer.weight.value, inputShape: input.shape, wantsInput: true,
      wantsWeight: true, wantsBias: true)
  }
}
