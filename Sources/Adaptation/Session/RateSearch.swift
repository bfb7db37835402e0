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

  /// Sets learning rates, and installs the scheme that the network is to train with.
  ///
  /// The classifier, which is new, is tested alone; then the scheme with the classifier beside it. The weights stay as they are.
  /// - Throws: `TrainingError` where no rate lowers the loss, and what reading the data throws.
  func set(
    _ configuration: inout TrainingConfiguration, of network: AdaptableNetwork, scheme: Scheme, splits: DataSplits
  ) throws {
    func install(_ scheme: Scheme) throws {
      var generator = Generator(seed: configuration.seed)
      try network.install(scheme, using: &generator)
    }
    func suggestion() throws -> Double {
      try LearningRateRangeTest(network.model, splits: splits, configuration: configuration).suggestion
    }
    var classifier: Double?
    if self == .both {
      try install(Scheme([], norms: scheme.norms))
      classifier = try suggestion() * configuration.classifierRate * Self.classifierPart
    }
    try install(scheme)
    if self == .none { return }
    if let classifier, scheme.choices.isEmpty {
      (configuration.learningRate, configuration.classifierRate) = (classifier, 1)
      return
    }
    configuration.learningRate = try suggestion()
    if let classifier { configuration.classifierRate = classifier / configuration.learningRate }
  }

  /// Takes what was found from the state of a run.
  func restore(_ configuration: inout TrainingConfiguration, from saved: TrainingConfiguration) {
    if self != .none { configuration.learningRate = saved.learningRate }
    if self == .both { configuration.classifierRate = saved.classifierRate }
  }
}
