import Adaptation
import ArgumentParser
import NeuralNet
import Reporting
import Tensor
import Training

/// `martlet bench adapt-step`: whole steps of an adaptation on random pictures, and the parts that they consist of.
struct BenchAdaptStep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapt-step",
    abstract: "Time whole steps of an adaptation on random pictures: some layers train, the rest is frozen.",
    discussion: """
      The network is in evaluation mode, as in martlet adapt; SGD with momentum 0.9 updates. forward_ms is the forward pass with \
      the loss, backward_ms the backward pass, update_ms the optimiser. saved_bytes is all that is kept from the forward for the \
      backward pass, saved_input_bytes what of that convolutions and linear layers keep of their inputs. Fine-tuning of the whole \
      network is --method exact --layers all --norms all.
      """)

  @Option(help: "A registered model; see martlet models.")
  var model: String

  @Option(help: "How the chosen layers train: \(StrategyName.forms.joined(separator: ", ")).")
  var method = "filter:2"

  @Option(help: "Which layers train: all, none, last:4, or paths and patterns with commas between them.")
  var layers = "last:4"

  @Option(help: "What trains of norms behind the first layer that does: frozen, shifts or all.")
  var norms = Scheme.Norms.shifts

  @Option(help: .integer("Examples in a step."))
  var batch = 32

  @Option(help: .integer("Height and width of the pictures; by default the model's own."))
  var input: Int?

  @Option(help: .integer("Steps that are timed."))
  var steps = 10

  @Option(help: .integer("Steps before the first that is timed."))
  var warmup = 2

  @Flag(help: "Time steps of martlet adapt --cache-features: the frozen layers in front have run before.")
  var cacheFeatures = false

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try OptionCheck.require(atLeast: 1, ["--batch": batch, "--input": input, "--steps": steps])
    try OptionCheck.require(atLeast: 0, ["--warmup": warmup])
    let strategy = try StrategyName.parse(method)
    let selection = try LayerSelection(parsing: layers)
    try compute.configure()
    let workload = try TrainingWorkload(
      model: model, batch: batch, size: input, trains: false, compute: compute)
    let network = try AdaptableNetwork(workload.model)
    let chosen = try selection.select(from: network.body)
    let scheme = Scheme(chosen.map { Scheme.Choice(layer: $0.path, strategy: strategy) }, norms: norms)
    var generator = Generator(seed: compute.seed)
    try network.install(scheme, using: &generator)
    let boundary = cacheFeatures ? try FrozenFront(of: network).boundaries[0] : nil
    let inputs = boundary?.features(of: workload.images, in: compute.dtype) ?? workload.images
    let step = workload.step(of: boundary?.tail ?? network.network, training: network.trained)
    // With the statistics of new norms, which change nothing, random weights grow beyond all bounds at larger rates.
    step.optimizer.learningRate = 1e-6
    var phases: [StepPhases] = []
    for index in 0..<warmup + steps {
      if index == warmup { MemoryPool.resetPeak() }
      let measured = try StepPhases.measure(step, inputs, workload.targets)
      if index >= warmup { phases.append(measured) }
    }
    let peak = MemoryPool.peakBytes
    let ledger = Ledger()
    _ = try ledger.record { try StepPhases.measure(step, inputs, workload.targets) }
    Report.printBench(
      "adapt-step", document(workload, network, phases, ledger, layers: chosen),
      timing: Timing(milliseconds: phases.map(\.whole)), peakBytes: peak, compute, output)
  }

  private func document(
    _ workload: TrainingWorkload, _ network: AdaptableNetwork, _ phases: [StepPhases], _ ledger: Ledger,
    layers: [AdaptableLayer]
  ) -> JSONObject {
    func median(_ phase: (StepPhases) -> Double) -> JSONValue {
      .number(Timing(milliseconds: phases.map(phase)).median)
    }
    let products = ledger.entries.filter { ["convolution", "linear"].contains($0.key.operation) }
    let trained = network.trained.reduce(0) { $0 + $1.parameter.value.count }
    return [
      "model": .string(model), "method": .string(method), "norms": .string(norms.rawValue),
      "layers": .array(layers.map { .string($0.path) }), "cache_features": .bool(cacheFeatures),
      "batch": .integer(batch), "input": .integer(workload.size), "steps": .integer(steps),
      "forward_ms": median(\.forward), "backward_ms": median(\.backward), "update_ms": median(\.update),
      "saved_bytes": .integer(ledger.entries.values.reduce(0) { $0 + $1.savedBytes }),
      "saved_input_bytes": .integer(products.values.reduce(0) { $0 + $1.savedBytes }),
      "trained_parameters": .integer(trained),
    ]
  }
}

/// The parts of one training step, in milliseconds.
private struct StepPhases {
  let forward: Double
  let backward: Double
  let update: Double

  var whole: Double { forward + backward + update }

  /// Makes a step on pictures or features.
  /// - Throws: ``CommandError`` for a loss that is not finite.
  static func measure(_ step: TrainingStep, _ inputs: Tensor, _ targets: Targets) throws -> StepPhases {
    let clock = ContinuousClock()
    let start = clock.now
    let loss = step.lossAndLogits(images: inputs, targets: targets).loss
    let value = loss.item()
    guard value.isFinite else { throw CommandError("the loss became \(value)") }
    let forward = clock.now
    let gradients = gradients(of: loss)
    let backward = clock.now
    step.update(with: gradients)
    let update = clock.now
    return StepPhases(
      forward: (forward - start).milliseconds, backward: (backward - forward).milliseconds,
      update: (update - backward).milliseconds)
  }
}
