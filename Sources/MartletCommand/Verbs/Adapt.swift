import Adaptation
import ArgumentParser
import DataSets
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// `martlet adapt`: fine-tunes a pretrained network with a part of the usual backward pass.
struct Adapt: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Adapt a pretrained network to pictures of your own, within a budget.",
    discussion: """
      Names the layers that train and how (--layers, --method, --layer), or plans it for a budget (--memory, --time-per-step, \
      --flops). Norms keep their statistics. The run folder holds the plan, model.safetensors with the best weights, \
      delta.safetensors with what differs from the weights that it began with, report.html, and the state for --resume.
      """)

  @OptionGroup var source: ModelOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var adaptation: AdaptationOptions
  @OptionGroup var training: TrainingOptions

  @Option(help: "Height and width of the pictures; by default the model's own.")
  var input: Int?

  @Option(help: "Multiplies the learning rate of the classifier, which is new, where other layers train too.")
  var classifierRate = 10.0

  @Flag(help: "Show the plan, and with --explain the layers, and train nothing.")
  var planOnly = false

  @Option(help: "The run folder.")
  var output: String

  @Flag(help: "Go on with the adaptation in the run folder.")
  var resume = false

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var reporting: OutputOptions

  func run() throws {
    let started = ContinuousClock.now
    try OptionCheck.require(atLeast: 1, ["--input": input, "--batch-size": training.batchSize])
    try compute.configure()
    let splits = try data.open()
    let pretrained = try PretrainedModel(source, classes: splits.classNames.count, input: input, seed: compute.seed)
    if !reporting.quiet { StandardErrorOutput().write("weights: \(pretrained.report)\n") }
    let folder = try RunFolder(output)
    guard resume || !folder.hasState else {
      throw CommandError("\(output) holds a training already; go on with --resume or choose another --output")
    }
    let run = try AdaptationRun(
      pretrained.model, splits: splits, configuration: try configuration(pretrained),
      findsRate: training.learningRate.value == nil, explains: adaptation.explain, folder: folder, resumes: resume,
      isQuiet: reporting.quiet, request: adaptation.request, announce: announce)
    var document: JSONObject = reporting.json ? PlanTables.json(run.plan) : [:]
    if reporting.json { document["replaced"] = JSONValue(pretrained.report.replaced) { .string($0.name) } }
    if let probe = run.probe, adaptation.explain, reporting.json { document["explanation"] = PlanTables.json(probe) }
    if planOnly { return Report.print(document, reporting) }
    try folder.write(run.trainer.configuration, machine: Machine.document())
    Interruption.watch()
    switch try run.trainer.run() {
    case .interrupted(let epoch, let step):
      throw CommandError("stopped in epoch \(epoch + 1) after step \(step); go on with --resume")
    case .finished(let result):
      let peak = MemoryPool.peakBytes
      try DeltaCheckpoint.save(
        pretrained.model, classNames: splits.classNames, base: pretrained.base, to: folder.file("delta.safetensors"))
      try writeReport(run, result, peak: peak, splits: splits, folder: folder, started: started)
      for (key, value) in result.document(pretrained.model.task, classNames: splits.classNames) {
        document[key] = value
      }
      document["learning_rate"] = .number(run.trainer.configuration.learningRate)
      document["peak_tensor_mb"] = .number(Double(peak) / 1_048_576)
      document["peak_rss_mb"] = .number(Double(memoryStatus()?.peak ?? 0) / 1_048_576)
      document["output"] = .string(output)
      Report.print(document, reporting)
    }
  }

  private func configuration(_ pretrained: PretrainedModel) throws -> TrainingConfiguration {
    var configuration = training.configuration(
      model: pretrained.model.configuration, data: data.data, compute: compute, optimizer: .adamw)
    (configuration.weights, configuration.keepsBest) = (pretrained.base.name, true)
    configuration.maximumGradientNorm = training.clipNorm ?? 2
    configuration.classifierRate = classifierRate
    try configuration.check()
    return configuration
  }

  /// Shows the plan before anything trains.
  private func announce(_ plan: AdaptationPlan, _ probe: GradientProbe?, _ network: AdaptableNetwork) {
    if reporting.quiet { return }
    var text = PlanTables.plan(plan, network).rendered() + "\n" + PlanTables.summary(plan) + "\n"
    if let probe, adaptation.explain { text = PlanTables.explanation(probe, plan).rendered() + "\n\n" + text }
    StandardErrorOutput().write(text)
  }

  private func writeReport(
    _ run: AdaptationRun, _ result: EvaluationResult, peak: Int, splits: DataSplits, folder: RunFolder,
    started: ContinuousClock.Instant
  ) throws {
    let model = run.network.model
    let scenes = model.task == .segmentation ? try SegmentedScene.pictures(model, splits: splits, count: 6) : []
    try RunReport(
      title: "\(model.configuration.name) adapted to \(splits.name)", model: model, splits: splits, folder: folder,
      started: started
    ).write(
      result, step: try run.profile(), pictures: try scenes.flatMap { try $0.gridItems },
      figures: [.init("peak of tensors", HumanUnits.bytes(peak), note: "weights, activations, gradients")],
      sections: [PlanTables.section(run.plan, run.probe, run.network)])
  }
}
