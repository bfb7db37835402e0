import Adaptation
import ArgumentParser
import Reporting
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

  @Option(help: .integer("Height and width of the pictures; by default the model's own."))
  var input: Int?

  @Option(
    help: .number(
      """
      Multiplies the learning rate of the classifier, which is new, where other layers train too; by default as a range test finds, \
      or 10 with --lr.
      """))
  var classifierRate: Double?

  @Option(
    help: .number(
      "Epochs at the beginning in which only the classifier trains; by default a third of all, at most one."))
  var classifierEpochs: Double?

  @Flag(help: "Show the plan, and with --explain the layers, and train nothing.")
  var planOnly = false

  @Flag(
    help: "Compute the output of the frozen layers in front once a picture, not in every epoch; wants --no-augment.")
  var cacheFeatures = false

  @Option(
    help: ArgumentHelp(
      "A folder where cached features stay for further runs with the same frozen layers and pictures.",
      valueName: "folder"))
  var features: String?

  @Option(help: "The run folder.")
  var output: String

  @Flag(help: "Go on with the adaptation in the run folder.")
  var resume = false

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var reporting: OutputOptions

  func run() throws {
    try OptionCheck.require(atLeast: 1, ["--input": input, "--batch-size": training.batchSize])
    try compute.configure()
    let job = AdaptationJob(options: self, splits: try data.open())
    let folder = try RunFolder(output)
    defer { folder.removeIfUnused() }
    if let entries = adaptation.compare {
      let compared = ComparedAdaptations(job: job, entries: entries, folder: folder)
      Report.print(planOnly ? try compared.plans() : try compared.run(), reporting)
    } else {
      Report.print(try adapt(job, in: folder), reporting)
    }
  }

  private func adapt(_ job: AdaptationJob, in folder: RunFolder) throws -> JSONObject {
    guard !folder.holdsComparison else {
      throw CommandError("\(output) holds a comparison; choose another --output")
    }
    try folder.requireNoTraining(unlessResumed: resume, output: output)
    let prepared = try job.prepare(in: folder, request: adaptation.request)
    let plan = reporting.json ? prepared.plan(explains: adaptation.explain) : [:]
    return planOnly ? plan : plan.merging(try prepared.train())
  }
}
