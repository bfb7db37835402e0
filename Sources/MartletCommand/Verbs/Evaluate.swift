import ArgumentParser
import DataSets
import Reporting
import Tensor
import Training

/// `martlet evaluate`: how well a model does on held-out pictures.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how well a model does on held-out pictures.",
    discussion: """
      Pictures are prepared as the model's configuration says: resized so that the centre crop keeps its part of the shorter \
      side, and normalised. Folders whose pictures are squares of one size, named by class (0123_name.jpg), count as cropped \
      already; --crop decides otherwise. Where the model knows the names of its classes, those of the data are found by name. \
      For models that tell the class of every pixel, the data have label maps; pixels of 255 do not count, \
      and miou is the mean of TP / (TP + FP + FN) over the classes that occur.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var data: DataOptions

  @Option(help: .integer("Pictures in a pass."))
  var batchSize = 64

  @OptionGroup var preparation: PreparationOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try OptionCheck.require(atLeast: 1, ["--batch-size": batchSize])
    try preparation.check()
    try compute.configure()
    let (model, classNames) = try model.load()
    let pictures = try data.open()
    try TrainingData.check(pictures, for: model)
    let splits = try pictures.relabelled(classNames)
    let classes = model.configuration.classes
    guard splits.classNames.count <= classes else {
      throw CommandError("\(splits.name) has \(splits.classNames.count) classes, the model tells \(classes) apart")
    }
    let loader = try PicturePreparation(model.configuration, for: splits, crop: preparation.crop)
      .loader(of: splits.validation, batchSize: batchSize)
    let bar = ProgressBar("evaluating", total: splits.validation.count, mode: output.quiet ? .quiet : .automatic)
    let result = try Training.evaluate(model.network, on: loader, classes: classes, precision: compute.dtype) {
      bar.update(to: $0.pictures, fields: ["accuracy": HumanUnits.percent($0.accuracy)])
    }
    bar.finish()
    var document = result.document(model.task, classNames: splits.classNames)
    if model.task == .classification {
      document["top5"] = .number(Double(result.correctInFive) / Double(result.total))
    }
    Report.print(document, output)
  }
}
