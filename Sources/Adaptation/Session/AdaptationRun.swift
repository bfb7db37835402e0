import DataSets
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// An adaptation in a run folder: what trains is decided and installed, a learning rate is found, and a trainer is ready.
public struct AdaptationRun {
  /// The network with what is installed on it.
  public let network: AdaptableNetwork
  /// What trains, and how; its costs as measured now.
  public let plan: AdaptationPlan
  /// What was probed; nil where nobody asked for it.
  public let probe: GradientProbe?
  /// Trains it.
  public let trainer: Trainer
  /// The features that it trains from; nil where it trains from pictures.
  public let features: CachedFeatures?
  private let cache: FeatureCache?
  private let featurePeak: Int

  /// Decides, measures, installs.
  ///
  /// A run that is resumed has the scheme of its state, and tries a step of it for the plan's figures.
  /// - Parameters:
  ///   - model: with the weights to start from.
  ///   - new: the names of tensors that the weights lacked; they train, whatever is asked for.
  ///   - splits: the pictures, and those held out.
  ///   - configuration: the batch size is that of a whole step; it and the accumulation become smaller where there are fewer pictures.
  ///   - rates: which learning rates range tests find.
  ///   - trains: whether it is going to train, or only to tell the plan; then no range test runs.
  ///   - explains: whether layers are probed also where no planner needs it.
  ///   - cache: where features of the frozen part are kept; nil to run it in every epoch.
  ///   - folder: where state, model and log are written.
  ///   - resumes: whether to go on from the state in the folder, if there is one.
  ///   - isQuiet: whether to show no progress.
  ///   - asked: what the request is made from, by option; a run is resumed only with the same.
  ///   - request: says what is to train; not asked for a run that is resumed.
  ///   - announce: is told the plan before anything trains.
  /// - Throws: ``StrategyError`` for what cannot be trained or does not fit, and what reading data and state throws.
  public init(
    _ model: Model, new: Set<String> = [], splits: DataSplits, configuration: TrainingConfiguration,
    rates: RateSearch, trains: Bool = true, explains: Bool, cache: FeatureCache? = nil, folder: RunFolder,
    resumes: Bool, isQuiet: Bool, asked: JSONObject = [:], request: (AdaptableNetwork) throws -> AdaptationRequest,
    announce: (AdaptationPlan, GradientProbe?, AdaptableNetwork) throws -> Void
  ) throws {
    try TrainingData.check(splits, for: model)
    if cache != nil { try FeatureCache.check(configuration) }
    let network = try AdaptableNetwork(
      model, new: new, precision: configuration.precision, frozen: configuration.frozen)
    let asked = asked.merging([
      "batch_size": .integer(configuration.batchSize), "accumulation": .integer(configuration.accumulation),
    ])
    var configuration = configuration
    configuration.freezesNorms = true
    configuration.limitStep(toPictures: try splits.requireTrain().count)
    let trial = TrialStep(network, splits: splits, configuration: configuration)
    let saved = resumes ? try folder.savedConfiguration() : nil
    if let saved {
      guard let text = saved.adaptation else {
        throw StrategyError("\(folder.state) belongs to a training, not to an adaptation; choose another --output")
      }
      let document = try SchemeDocument(parsing: text)
      try document.check(asked, in: folder.state)
      let scheme = try document.scheme()
      (plan, probe) = (
        try trial.plan(scheme, microBatch: saved.batchSize, accumulation: saved.accumulation), nil
      )
      rates.restore(&configuration, from: saved)
    } else {
      (plan, probe) = try AdaptationRun.decide(try request(network), trial, configuration, explains: explains)
    }
    try announce(plan, probe, network)
    configuration.batchSize = plan.microBatch
    configuration.accumulation = plan.accumulation
    configuration.adaptation = try saved?.adaptation ?? SchemeDocument(plan.scheme, asked: asked).text
    try network.install(plan.scheme, seed: configuration.seed)
    try configuration.freeze(model.network)
    MemoryPool.resetPeak()
    let features = try cache?.features(of: network, splits: splits, configuration: configuration, isQuiet: isQuiet)
    (self.cache, self.features, featurePeak) = (cache, features, cache == nil ? 0 : MemoryPool.peakBytes)
    if saved == nil && trains {
      try rates.set(&configuration, of: network, scheme: plan.scheme, splits: splits, input: features?.input)
    }
    MemoryPool.resetPeak()
    trainer = try Trainer(
      model: model, splits: splits, configuration: configuration, folder: folder, resumes: resumes, isQuiet: isQuiet,
      input: features?.input)
    self.network = network
  }

  private static func decide(
    _ request: AdaptationRequest, _ trial: TrialStep, _ configuration: TrainingConfiguration, explains: Bool
  ) throws -> (AdaptationPlan, GradientProbe?) {
    let (batch, accumulation) = (configuration.batchSize, configuration.accumulation)
    func planner(_ norms: Scheme.Norms, _ budget: Budget) throws -> Planner {
      try Planner(
        trial, norms: norms, batch: batch * accumulation, budget: budget, stateTensors: configuration.stateTensors,
        isAdaptive: configuration.optimizer == .adamw)
    }
    switch request {
    case .scheme(let scheme, let budget):
      try trial.network.check(scheme)
      let plan = try trial.plan(scheme, microBatch: batch, accumulation: accumulation)
      guard plan.measured.fits(budget) else {
        throw StrategyError(
          "these layers and strategies do not fit the budget: \(plan.measured.excess(over: budget).joined(separator: "; "))"
        )
      }
      var strategies: [String: any Strategy] = [:]
      for choice in scheme.choices { strategies[choice.strategy.description] = choice.strategy }
      let named = strategies.sorted { $0.key < $1.key }.map(\.value)
      return (plan, explains ? try planner(scheme.norms, budget).probe(named) : nil)
    case .plan(let budget, let strategies, let norms):
      let planner = try planner(norms, budget)
      let probe = try planner.probe(strategies)
      return (try planner.plan(probe), probe)
    }
  }
}

extension AdaptationRun {
  /// Bytes that tensors took at the peak of the training so far, the computing of features included.
  public var peakBytes: Int { max(featurePeak, MemoryPool.peakBytes) }

  /// Removes features that no other run uses, once the training is finished.
  public func removeFeatures() {
    if cache?.isShared == false { features?.remove() }
  }
}

extension TrialStep {
  /// Steps on the training pictures with the options of a training.
  init(_ network: AdaptableNetwork, splits: DataSplits, configuration: TrainingConfiguration) {
    self.network = network
    examples = { count in
      var configuration = configuration
      configuration.batchSize = count
      let loader = try TrainingData.training(splits, configuration, prefetch: 0)
      guard let batch = try loader.batches(epoch: 0).next() else {
        throw StrategyError("\(splits.name) has no \(count) pictures to try a step with")
      }
      return (batch.images, batch.targets.map(Targets.probabilities) ?? .labels(batch.labels))
    }
    makeOptimizer = { configuration.makeOptimizer(for: $0) }
    precision = configuration.precision
    averagesWeights = configuration.averageDecay != nil
  }

  /// A scheme with what a step of it takes.
  func plan(_ scheme: Scheme, microBatch: Int, accumulation: Int) throws -> AdaptationPlan {
    let tried = try measure(scheme, microBatch: microBatch, accumulation: accumulation)
    return AdaptationPlan(
      scheme: scheme, microBatch: microBatch, accumulation: accumulation, quality: nil, predicted: nil,
      measured: tried.cost, profile: tried.profile)
  }
}

extension TrainingConfiguration {
  /// Makes a step of no more pictures than there are, in no more portions than an epoch has.
  fileprivate mutating func limitStep(toPictures count: Int) {
    batchSize = max(1, min(batchSize, count))
    accumulation = max(1, min(accumulation, count / batchSize))
  }

  /// Tensors that stay between steps for each parameter that trains: of the optimiser, and the moving average.
  fileprivate var stateTensors: Int {
    let averages = averageDecay == nil ? 0 : 1
    return switch optimizer {
    case .sgd, .nesterov: averages + (momentum > 0 ? 1 : 0)
    case .adamw: averages + 2
    }
  }
}
