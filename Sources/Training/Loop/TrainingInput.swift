import DataSets
import Models
import NeuralNet

/// What the steps of a training run, and on what: the whole model on pictures, or the part of it behind features that were computed
/// ahead.
public struct TrainingInput {
  /// What runs: from what the loaders give to logits.
  public let network: Layer
  /// What is trained on.
  public let training: DataLoader
  /// What is evaluated on.
  public let validation: DataLoader

  /// A part of a model on what it reads.
  public init(network: Layer, training: DataLoader, validation: DataLoader) {
    (self.network, self.training, self.validation) = (network, training, validation)
  }

  /// The whole model on pictures.
  /// - Throws: what reading the data throws.
  public init(_ model: Model, splits: DataSplits, configuration: TrainingConfiguration) throws {
    try TrainingData.check(splits, for: model)
    self.init(
      network: model.network, training: try TrainingData.training(splits, configuration),
      validation: try TrainingData.validation(splits, configuration))
  }
}
