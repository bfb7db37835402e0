import ArgumentParser
import Formats
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// `martlet convert`: weights of others as a checkpoint, or as plain safetensors.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn weights of others into a checkpoint.",
    discussion: """
      Reads safetensors and the files of torch.save, whatever they are called; no code in them is run. With --model the \
      tensors are checked against its names and shapes, and nothing is written where one is missing or does not fit. \
      Without --model they are written as they are.
      """)

  @Argument(help: "The weights: a file, safetensors or PyTorch's, or a fetched name.")
  var input: String

  @Option(help: "A registered model; see martlet models.")
  var model: String?

  @Option(help: "The file to write: .safetensors.")
  var output: String

  @Option(help: .integer("The number of classes; where the weights are for another one, the classifier is new."))
  var classes: Int?

  @Option(help: "The key under which the weights lie in a file of PyTorch's; by default the usual ones.")
  var wrapper: String?

  @Flag(help: "Let tensors that the file lacks keep new values.")
  var allowMissing = false

  @Option(help: .integer("Seed of new values."))
  var seed: UInt64 = 0

  @OptionGroup var reporting: OutputOptions

  func validate() throws {
    if model == nil && (classes != nil || allowMissing) {
      throw ValidationError("--classes and --allow-missing need a --model")
    }
  }

  func run() throws {
    try OptionCheck.require(atLeast: 1, ["--classes": classes])
    let reference = try WeightsReference(input, wrapper: wrapper)
    let file = try WeightFile(reference.path, wrapper: reference.wrapper)
    AtomicFile.removeLeftovers(beside: output)
    var document: JSONObject = [
      "input": .string(reference.path), "output": .string(output), "format": .string(file.format.rawValue),
      "wrapper": JSONValue(file.wrapper),
    ]
    guard let model else {
      try SafetensorsWriter.write(copyOf: file, metadata: ["format": "pt"], to: output)
      document["tensors"] = .integer(file.names.count)
      Report.print(document, reporting)
      return
    }
    let entry = try ModelRegistry.entry(named: model)
    var configuration = entry.defaults
    configuration.classes = classes ?? configuration.classes
    document["model"] = .string(model)
    document["classes"] = .integer(configuration.classes)
    var generator = Generator(seed: seed)
    let made = try ModelRegistry.make(configuration, using: &generator)
    var policy = LoadPolicy()
    (policy.allowsMissing, policy.allowsUnexpected) = (allowMissing, true)
    if classes != nil { policy.replaceable = try ModelRegistry.classifierTensors(of: configuration) }
    do {
      let report = try made.load(file, from: reference.path, policy: policy)
      try ModelCheckpoint.save(made, to: output)
      print(report, &document, isWritten: true)
    } catch let error as LoadError {
      print(error.report, &document, isWritten: false)
      let (missing, misfits) = (error.report.missing.count, error.report.misfits.count)
      throw CommandError(
        "\(reference.path) does not fit \(model): \(missing) tensors missing, \(misfits) of another shape; nothing was "
          + "written. Check --model, --classes and --wrapper, or see --allow-missing")
    }
  }

  private func print(_ report: LoadReport, _ document: inout JSONObject, isWritten: Bool) {
    document["written"] = .bool(isWritten)
    if reporting.json {
      for (key, value) in report.json { document[key] = value }
    } else {
      let table = report.table
      if !table.rows.isEmpty { Swift.print(table.rendered()) }
      document["matched"] = .integer(report.matched.count)
    }
    Report.print(document, reporting)
  }
}
