import ArgumentParser
import Export
import Reporting
import Tensor

/// `martlet doctor`: what this machine offers, and what would make it faster; or what stands in the way of a model's
/// export.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Report CPU, instruction sets, threads, oneDNN and memory, and what would make them faster.",
    discussion:
      "With a model and --target: the operations that cannot be exported or leave the fast path of accelerators.")

  @Argument(
    help: "A registered model or a checkpoint to examine before its export; without it the machine is examined.")
  var model: String?

  @Option(help: "The weights that a checkpoint with differences was trained from: a file or a fetched name.")
  var base: String?

  @Option(help: "The key under which the weights of --base lie in a file of PyTorch's; by default the usual ones.")
  var wrapper: String?

  @Option(help: "What the model is to be exported for.")
  var target: ExportTarget?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if (model == nil) != (target == nil) { throw ValidationError("a model and --target belong together") }
    if base != nil && model == nil { throw ValidationError("--base belongs to a checkpoint; name it") }
    if wrapper != nil && base == nil { throw ValidationError("--wrapper belongs to --base") }
  }

  func run() throws {
    if let model, let target {
      return try ReviewedModel.report(model, base: base, wrapper: wrapper, target: target, output)
    }
    let machine = Machine()
    let document: JSONObject = [
      "cpu": .string(machine.model), "cores": .integer(machine.cores),
      "instruction_sets": JSONValue(machine.instructionSets) { .string($0) },
      "threads": .integer(Compute.threads), "onednn": .string(Compute.oneDNNVersion),
      "onednn_isa": .string(Compute.oneDNNInstructionSet),
      "memory_bytes": .integer(MemoryPool.physicalBytes),
      "huge_pages": .string(machine.hugePages),
      "advice": JSONValue(machine.advice(threads: Compute.threads)) { .string($0) },
    ]
    if output.json {
      print(JSONValue.object(document).serialized(pretty: true))
      return
    }
    print(
      """
      CPU               \(machine.model), \(machine.cores) cores
      instruction sets  \(machine.instructionSets.joined(separator: ", "))
      threads           \(Compute.threads)
      oneDNN            \(Compute.oneDNNVersion), using \(Compute.oneDNNInstructionSet)
      memory            \(HumanUnits.bytes(MemoryPool.physicalBytes)), huge pages: \(machine.hugePages)
      """)
    let advice = machine.advice(threads: Compute.threads)
    print(advice.isEmpty ? "Nothing stands in the way of full speed." : "What would make it faster:")
    for line in advice { print("  • " + line) }
  }
}
