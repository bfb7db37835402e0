import ArgumentParser
import DataSets
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// `martlet train`: trains a model on pictures.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model on pictures.",
    discussion: """
      The run folder holds config.json, metrics.jsonl, TensorBoard events, model.safetensors, report.html and the state \
      from which --resume goes on. Stop a training with Ctrl-C; nothing is lost.
      """)

  @Option(help: "A registered model; see martlet models.")
  var model: String

  @Option(
    help: """
      Weights to start from: a file, safetensors or PyTorch's, or a fetched name. For other classes the classifier is new.
      """)
  var weights: String?

  @Option(help: "The key under which the weights lie in a file of PyTorch's; by default the usual ones.")
  var wrapper: String?

  @OptionGroup var data: DataOptions
  @OptionGroup var training: TrainingOptions

  @Option(help: .integer("Height and width of the pictures; by default those of the data."))
  var input: Int?

  @Option(help: "The run folder.")
  var output: String

  @Flag(help: "Go on with the training in the run folder.")
  var resume = false

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var reporting: OutputOptions

  func validate() throws {
    if wrapper != nil && weights == nil { throw ValidationError("--wrapper belongs to --weights") }
  }

  func run() throws {
    try compute.configure()
    let splits = try data.open()
    let run = try TrainingRun(
      model: model, weights: weights.map { try WeightsReference($0, wrapper: wrapper) }, splits: splits,
      data: data.data, input: input, training: training, compute: compute,
      output: output, resumes: resume, isQuiet: reporting.quiet)
    if let report = run.loadReport, !reporting.quiet {
      StandardErrorOutput().write("weights: \(report)\n")
    }
    Interruption.watch()
    switch try run.trainer.run() {
    case .interrupted(let epoch, let step):
      throw CommandError("stopped in epoch \(epoch + 1) after step \(step); go on with --resume")
    case .finished(let result):
      let scenes =
        run.model.task == .segmentation
        ? try SegmentedScene.pictures(
          run.model, splits: splits, precision: compute.dtype, count: 6) : []
      try run.writeReport(
        result, title: "\(model) on \(splits.name)", pictures: try scenes.flatMap { try $0.gridItems })
      var document = result.document(run.model.task, classNames: splits.classNames)
      document["output"] = .string(output)
      if training.learningRate.isAutomatic {
        document["learning_rate"] = .number(run.trainer.configuration.learningRate)
      }
      if let report = run.loadReport {
        document["weights"] = JSONValue(weights)
        document["replaced"] = JSONValue(report.replaced) { .string($0.name) }
      }
      Report.print(document, reporting)
    }
  }
}
