import DataSets
import NeuralNet
import Tensor
import Training

/// Which learning rates of an adaptation range tests find.
public enum RateSearch: String, Sendable, CaseIterable {
  /// None: the configuration has them.
  case none
  /// That of everything; the classifier has a given multiple of it.
  case base
  /// That of the classifier and that of everything before it.
  case both

  /// What a classifier that goes on learning while the features before it change has of the rate for the classifier alone.
  private static let classifierPart = 1.0 / 3

  /// Sets the learning rates of a network with an installed scheme, which is installed anew.
  ///
  /// The classifier, which is new, is tested alone unless it is frozen; then the scheme with the classifier beside it. The
  /// weights stay as they are.
  /// - Parameter input: what the network is trained from; nil for pictures.
  /// - Throws: `TrainingError` where no rate lowers the loss, and what reading the data throws.
  func set(
    _ configuration: inout TrainingConfiguration, of network: AdaptableNetwork, scheme: Scheme, splits: DataSplits,
    input: TrainingInput?
  ) throws {
    func suggestion(_ scheme: Scheme) throws -> Double {
      try network.install(scheme, seed: configuration.seed)
      return try LearningRateRangeTest(network.model, splits: splits, configuration: configuration, input: input)
        .suggestion
    }
    switch self {
    case .none: return
    case .both where !network.classifier.isEmpty:
      let alone = try suggestion(Scheme([], norms: scheme.norms)) * configuration.classifierRate
      let classifier = alone * Self.classifierPart
      configuration.learningRate = scheme.choices.isEmpty ? classifier : try suggestion(scheme)
      configuration.classifierRate = classifier / configuration.learningRate
    case .base, .both: configuration.learningRate = try suggestion(scheme)
    }
    try network.install(scheme, seed: configuration.seed)
  }

  /// Takes what was found from the state of a run.
  func restore(_ configuration: inout TrainingConfiguration, from saved: TrainingConfiguration) {
    if self != .none { configuration.learningRate = saved.learningRate }
    if self == .both { configuration.classifierRate = saved.classifierRate }
  }
}
