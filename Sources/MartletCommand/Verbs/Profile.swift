import ArgumentParser
import Models
import Reporting
import Tensor
import Training

/// `martlet profile`: where time, memory and operations go, by module and by kind of operation.
struct Profile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show where time, memory and operations go in a model.",
    discussion: "Floating-point operations count a multiply-add as two; MACs are the multiply-adds of products.")

  @Option(help: "A registered model; see martlet models.")
  var model: String

  @Option(help: .integer("Examples in a pass."))
  var batch = 1

  @Option(help: .integer("Height and width of the pictures; by default the model's own."))
  var input: Int?

  @Flag(help: "Profile the forward pass of inference alone, without a training step.")
  var forwardOnly = false

  @Flag(help: "Group by kind of operation instead of by module.")
  var byOperation = false

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try OptionCheck.require(atLeast: 1, ["--batch": batch, "--input": input])
    try compute.configure()
    let workload = try TrainingWorkload(
      model: model, batch: batch, size: input, trains: !forwardOnly, compute: compute)
    if forwardOnly { workload.model.network.setTraining(false) }
    let step = forwardOnly ? nil : workload.wholeStep()
    func pass() throws { if let step { try workload.run(step) } else { workload.runForward() } }
    for _ in 0..<2 { try pass() }
    let ledger = Ledger()
    let clock = ContinuousClock()
    MemoryPool.resetPeak()
    let start = clock.now
    try ledger.record(pass)
    let elapsed = (clock.now - start).milliseconds
    let profile = LedgerProfile(ledger, grouping: byOperation ? .operation : .module)
    if output.json {
      print(JSONValue.object(document(profile, ledger, workload, elapsed)).serialized(pretty: true))
    } else {
      print(profile.table().rendered())
      print("")
      print(summary(profile, ledger, workload, elapsed))
    }
  }

  private func summary(
    _ profile: LedgerProfile, _ ledger: Ledger, _ workload: TrainingWorkload, _ elapsed: Double
  ) -> String {
    let total = profile.total
    let kernels = total.forward.milliseconds + total.backward.milliseconds
    return """
      parameters \(HumanUnits.grouped(workload.model.network.parameterCount)), \
      MACs an example \(HumanUnits.count(ledger.multiplyAdds / Double(batch)))
      forward \(HumanUnits.count(total.forward.operations))FLOP, \
      backward \(HumanUnits.count(total.backward.operations))FLOP (a multiply-add is 2)
      saved for backward \(HumanUnits.bytes(total.savedBytes)), \
      peak alive \(HumanUnits.bytes(MemoryPool.peakBytes))
      pass \(HumanUnits.fixed(elapsed, digits: 1)) ms, of that kernels \
      \(HumanUnits.fixed(kernels, digits: 1)) ms (\(HumanUnits.percent(kernels / elapsed)))
      """
  }

  private func document(
    _ profile: LedgerProfile, _ ledger: Ledger, _ workload: TrainingWorkload, _ elapsed: Double
  ) -> JSONObject {
    let total = profile.total
    return [
      "model": .string(model), "batch": .integer(batch), "input": .integer(workload.size),
      "dtype": .string(compute.dtype.rawValue), "threads": .integer(Compute.threads),
      "parameters": .integer(workload.model.network.parameterCount),
      "macs": .number(ledger.multiplyAdds / Double(batch)),
      "forward_flop": .number(total.forward.operations), "backward_flop": .number(total.backward.operations),
      "saved_bytes": .integer(total.savedBytes), "peak_bytes": .integer(MemoryPool.peakBytes),
      "elapsed_ms": .number(elapsed),
      "kernel_ms": .number(total.forward.milliseconds + total.backward.milliseconds),
      "layers": JSONValue(profile.rows) { $0.json },
    ]
  }
}
