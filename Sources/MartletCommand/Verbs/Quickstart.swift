import ArgumentParser
import DataSets
import Reporting
import Tensor
import Training

/// `martlet quickstart`: the whole way on embedded data, in about a minute.
struct Quickstart: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train, evaluate, save, load and use a small network on embedded pictures, and write a report.")

  @Option(help: "The run folder; by default a new one below runs.")
  var output: String?

  @Option(help: .integer("Passes over the training pictures."))
  var epochs = 16

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var reporting: OutputOptions

  func run() throws {
    try compute.configure()
    let name = "fashion-mnist-mini"
    let splits = try DataSource.open(name)
    let folder = output ?? RunNames.next(in: "runs", prefix: "quickstart")
    var training = try TrainingOptions.parse([])
    (training.epochs, training.learningRate, training.schedule) = (epochs, .fixed(0.1), .oneCycle)
    let run = try TrainingRun(
      model: "quickstart", splits: splits, data: name, input: nil, training: training, compute: compute,
      output: folder, resumes: false, isQuiet: reporting.quiet)
    Interruption.watch()
    guard case .finished(let result) = try run.trainer.run() else {
      throw CommandError("stopped; start again with martlet quickstart")
    }
    let (loaded, classNames) = try ModelCheckpoint.load(run.trainer.folder.model)
    let items = try Classified.pictures(
      loaded, splits: splits, indices: stride(from: 0, to: splits.validation.count, by: splits.validation.count / 20),
      classNames: classNames, precision: compute.dtype)
    try run.writeReport(result, title: "Quickstart: Fashion-MNIST", pictures: items.map { try $0.gridItem })
    if !reporting.json && !reporting.quiet {
      print("The saved model, loaded again, classifies held-out pictures:")
      for item in items.prefix(6) {
        print("  \(item.isRight ? "✓" : "✗") \(item.predicted)\(item.isRight ? "" : " (it is \(item.truth))")")
      }
    }
    Report.print(
      [
        "correct": .integer(result.correct), "total": .integer(result.total), "top1": .number(result.accuracy),
        "loss": .number(result.loss), "report": .string(run.trainer.folder.report),
      ], reporting)
  }
}
