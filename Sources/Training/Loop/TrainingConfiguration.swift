import Models
import NeuralNet
import Reporting
import Tensor

/// The optimisers that can be asked for by name.
public enum OptimizerName: String, Sendable, CaseIterable, Codable {
  case sgd
  case nesterov
  case adamw
}

/// Everything that decides the weights that a training ends with, besides the data and the number of threads.
public struct TrainingConfiguration: Sendable, Hashable, Codable {
  /// The model and its number of classes.
  public var model: ModelConfiguration
  /// The data, as a name or a path.
  public var data: String
  /// The weights that the training starts from, as a name or a path; nil for random ones.
  public var weights: String?
  public var epochs = 10
  public var batchSize = 64
  /// Batches whose mean gradient makes one step.
  public var accumulation = 1
  public var optimizer = OptimizerName.sgd
  public var learningRate = 0.1
  /// Of SGD and Nesterov.
  public var momentum = 0.9
  public var weightDecay = 5e-4
  /// Whether weight decay also pulls at norms and biases.
  public var decaysNorms = false
  /// Multiplies the learning rate of the classifier, which learns from new while the rest is adapted.
  public var classifierRate = 1.0
  /// Epochs at the beginning in which only the classifier trains.
  public var classifierEpochs = 0.0
  public var schedule = ScheduleName.cosine
  /// Epochs in which the learning rate rises.
  public var warmUpEpochs = 0.0
  public var labelSmoothing: Float = 0
  /// The largest norm of all gradients together.
  public var maximumGradientNorm: Double?
  /// The decay of the moving average of the weights that is evaluated and saved; nil for none.
  public var averageDecay: Double?
  /// The parameter of mixup; 0 for none.
  public var mixUp = 0.0
  /// The parameter of CutMix; 0 for none.
  public var cutMix = 0.0
  /// Whether pictures are cropped and flipped at random.
  public var augments = true
  /// Names or patterns of parameters that do not train; see `NamePattern`.
  public var frozen: [String] = []
  /// Whether the network trains in evaluation mode: norms use their moving statistics and leave them, nothing is dropped.
  public var freezesNorms = false
  /// Epochs without a better score on held-out pictures after which the training ends; nil for all epochs.
  public var patience: Int?
  /// Whether the weights of the best epoch are saved, and not those of the last.
  public var keepsBest = false
  /// How the network was changed before the training, in JSON, for those who change it; a training is resumed only with
  /// the same text.
  public var adaptation: String?
  public var precision = Precision.float32
  public var seed: UInt64 = 0

  /// A configuration with the usual values.
  public init(model: ModelConfiguration, data: String) { (self.model, self.data) = (model, data) }

  /// Stops at the first value that no training can have.
  /// - Throws: ``TrainingError`` that names the option.
  public func check() throws {
    func require(_ condition: Bool, _ option: String, _ found: Any, _ expected: String) throws {
      if !condition { throw TrainingError("\(option) is \(found); expected \(expected)") }
    }
    try require((1...1_000_000).contains(epochs), "--epochs", epochs, "1 to 1000000")
    try require((1...1_000_000).contains(batchSize), "--batch-size", batchSize, "1 to 1000000")
    try require((1...1_000_000).contains(accumulation), "--accumulate", accumulation, "1 to 1000000")
    try require(patience.map { $0 >= 1 } ?? true, "--patience", patience ?? 0, "at least 1")
    try require(
      classifierRate > 0 && classifierRate.isFinite, "--classifier-rate", classifierRate, "a number above 0")
    try require(
      classifierEpochs >= 0 && classifierEpochs <= Double(epochs), "--classifier-epochs", classifierEpochs,
      "at least 0 and at most --epochs")
    try require(learningRate > 0 && learningRate.isFinite, "--lr", learningRate, "a number above 0")
    try require((0..<1).contains(momentum), "--momentum", momentum, "at least 0 and below 1")
    try require(optimizer != .nesterov || momentum > 0, "--momentum", momentum, "above 0 with --optimizer nesterov")
    try require(weightDecay >= 0 && weightDecay.isFinite, "--weight-decay", weightDecay, "at least 0")
    try require(
      warmUpEpochs >= 0 && warmUpEpochs < Double(epochs), "--warm-up", warmUpEpochs, "at least 0 and below --epochs")
    try require((0..<1).contains(labelSmoothing), "--label-smoothing", labelSmoothing, "at least 0 and below 1")
    try require(
      maximumGradientNorm.map { $0 > 0 && $0.isFinite } ?? true, "--clip-norm", maximumGradientNorm ?? 0,
      "a number above 0")
    try require(averageDecay.map { (0..<1).contains($0) } ?? true, "--ema", averageDecay ?? 0, "0 ..< 1")
    try require(mixUp >= 0 && cutMix >= 0, "--mixup or --cutmix", min(mixUp, cutMix), "at least 0")
  }

  /// All options by name, as `config.json` holds them.
  public var document: JSONObject {
    get throws {
      try JSONValue(parsing: ModelCheckpoint.encode(self), source: "configuration").objectValue ?? JSONObject()
    }
  }

  /// An optimiser of the parameters that train.
  public func makeOptimizer(for network: Module) -> any Optimizer {
    let classifier = classifierRate == 1 ? [] : (try? ModelRegistry.classifierTensors(of: model)) ?? []
    let parameters = network.trainableParameters()
    let groups =
      groups(parameters.filter { !classifier.contains($0.name) }, "", rate: 1)
      + groups(parameters.filter { classifier.contains($0.name) }, "classifier ", rate: classifierRate)
    return switch optimizer {
    case .sgd, .nesterov:
      SGD(
        groups: groups, learningRate: learningRate, momentum: momentum, nesterov: optimizer == .nesterov,
        weightDecay: weightDecay)
    case .adamw: AdamW(groups: groups, learningRate: learningRate, weightDecay: weightDecay)
    }
  }

  /// Steps of a network, or of its part behind the features, with an optimiser of what trains in the whole one.
  public func makeStep(of network: Layer, training whole: Module) -> TrainingStep {
    TrainingStep(
      network: network, optimizer: makeOptimizer(for: whole), precision: precision, labelSmoothing: labelSmoothing,
      maximumGradientNorm: maximumGradientNorm)
  }

  /// What a moving average is taken of: what trains, and the statistics of norms that follow it.
  func averagedTensors(of network: Module) -> [(name: String, tensor: Tensor)] {
    let parameters = network.trainableParameters().map { ($0.name, $0.parameter.value) }
    if freezesNorms { return parameters }
    return parameters
      + network.namedBuffers().filter { $0.buffer.value.dtype == .float32 }.map { ($0.name, $0.buffer.value) }
  }

  private func groups(
    _ parameters: [(name: String, parameter: Parameter)], _ prefix: String, rate: Double
  ) -> [ParameterGroup] {
    let groups =
      decaysNorms
      ? [ParameterGroup("all", parameters: parameters, learningRateMultiplier: rate)].filter { !$0.parameters.isEmpty }
      : ParameterGroup.sparingNormsAndBiases(parameters, learningRateMultiplier: rate)
    return groups.map { group in
      var group = group
      group.name = prefix + group.name
      return group
    }
  }

  /// Stops the training of the parameters that ``frozen`` names.
  /// - Throws: ``TrainingError`` where a pattern names nothing, or nothing is left to train.
  public func freeze(_ network: Module) throws {
    for pattern in frozen where network.freeze(pattern) == 0 {
      let names = network.namedParameters().map(\.name)
      throw TrainingError(
        "--freeze \(pattern) matches no parameter; the names begin with "
          + "\(names.prefix(3).joined(separator: ", ")) and end with \(names.suffix(2).joined(separator: ", "))")
    }
    guard !network.trainableParameters().isEmpty else {
      throw TrainingError("every parameter of \(model.name) is frozen; leave some of them to train")
    }
  }

  /// The steps of an epoch of so many batches; the last may have fewer batches than the others.
  func stepCount(ofBatches count: Int) -> Int { (count + accumulation - 1) / accumulation }

  func makeSchedule(stepsAnEpoch: Int) throws -> any Schedule {
    let total = epochs * stepsAnEpoch
    return try schedule.schedule(
      ScheduleOptions(
        baseRate: learningRate, totalSteps: total, warmUpSteps: Int(warmUpEpochs * Double(stepsAnEpoch)),
        patience: 5, direction: .rising))
  }
}

/// A training that cannot start or go on.
public struct TrainingError: Error, CustomStringConvertible {
  /// What was found, what was expected, what to do.
  public let description: String
  /// An error with its sentence.
  public init(_ description: String) { self.description = description }
}
