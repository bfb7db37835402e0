import Adaptation
import DataSets
import Models
import Reporting
import Training

/// Adaptations as the options of `martlet adapt` ask for them, on the same pictures and from the same weights.
struct AdaptationJob {
  let options: Adapt
  let splits: DataSplits

  /// The model with the weights to start from.
  func pretrained() throws -> PretrainedModel {
    try PretrainedModel(
      options.source, for: splits, input: options.input, seed: options.compute.seed)
  }

  /// How a model is trained.
  func configuration(_ pretrained: PretrainedModel) throws -> TrainingConfiguration {
    var configuration = options.training.configuration(
      model: pretrained.model.configuration, data: options.data.data, compute: options.compute, optimizer: .adamw)
    (configuration.weights, configuration.keepsBest) = (pretrained.base.name, true)
    configuration.maximumGradientNorm = options.training.clipNorm ?? 2
    configuration.classifierRate = options.classifierRate ?? 10
    configuration.classifierEpochs = options.classifierEpochs ?? min(1, Double(configuration.epochs) / 3)
    try configuration.check()
    return configuration
  }

  /// Which learning rates range tests find.
  var rates: RateSearch {
    if options.training.learningRate.value != nil { return .none }
    return options.classifierRate == nil ? .both : .base
  }

  /// Decides what trains, measures it, and shows it.
  /// - Parameter name: that of the run among others; nil for a run on its own.
  func prepare(
    _ name: String? = nil, in folder: RunFolder, request: (AdaptableNetwork) throws -> AdaptationRequest
  ) throws -> PreparedAdaptation {
    let started = ContinuousClock.now
    let pretrained = try pretrained()
    if !options.reporting.quiet { StandardErrorOutput().write("weights: \(pretrained.report)\n") }
    let run = try AdaptationRun(
      pretrained.model, new: pretrained.new, splits: splits, configuration: try configuration(pretrained),
      rates: rates, trains: !options.planOnly, explains: options.adaptation.explain, cache: featureCache(folder),
      folder: folder, resumes: options.resume, isQuiet: options.reporting.quiet, asked: options.adaptation.asked,
      request: request, announce: announce)
    return PreparedAdaptation(
      name: name, run: run, pretrained: pretrained, splits: splits, folder: folder, started: started)
  }

  /// Where features of frozen layers are kept, for those who ask for it.
  private func featureCache(_ folder: RunFolder) -> FeatureCache? {
    if options.planOnly { return nil }
    if let features = options.features { return FeatureCache(folder: features, isShared: true) }
    return options.cacheFeatures ? FeatureCache(folder: folder.url.path, isShared: false) : nil
  }

  /// Shows the plan before anything trains, or as the result where nothing is to train.
  private func announce(_ plan: AdaptationPlan, _ probe: GradientProbe?, _ network: AdaptableNetwork) {
    let isResult = options.planOnly && options.adaptation.compare == nil && !options.reporting.json
    if options.reporting.quiet && !isResult { return }
    var text = PlanTables.plan(plan, network).rendered() + "\n" + PlanTables.summary(plan) + "\n"
    if let probe, options.adaptation.explain {
      text = PlanTables.explanation(probe, plan).rendered() + "\n\n" + text
    }
    if isResult { print(text, terminator: "") } else { StandardErrorOutput().write(text) }
  }
}
