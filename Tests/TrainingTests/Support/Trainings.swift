import DataSets
import Formats
import Models
import NeuralNet
import Tensor

@testable import Training

/// Small trainings on ``StripeSet``.
enum Trainings {
  /// The options of a training of some seconds.
  static func configuration(epochs: Int = 3) -> TrainingConfiguration {
    let model = ModelConfiguration(
      name: "quickstart", classes: 3, inputChannels: 1, inputSize: StripeSet.size,
      preparation: Preparation(mean: [0.5], deviation: [0.25]))
    var configuration = TrainingConfiguration(model: model, data: "stripes")
    (configuration.epochs, configuration.batchSize, configuration.learningRate) = (epochs, 16, 0.05)
    configuration.augments = false
    return configuration
  }

  static func model(_ configuration: TrainingConfiguration) throws -> Model {
    var generator = Generator(seed: configuration.seed)
    return try ModelRegistry.make(configuration.model, using: &generator)
  }

  static func trainer(
    _ configuration: TrainingConfiguration, in folder: String, splits: DataSplits? = nil, model: Model? = nil,
    resumes: Bool = false
  ) throws -> Trainer {
    try Trainer(
      model: model ?? Trainings.model(configuration), splits: splits ?? StripeSet.splits(),
      configuration: configuration, folder: RunFolder(folder), resumes: resumes, isQuiet: true)
  }

  /// Trains to the end and gives the last evaluation.
  @discardableResult
  static func run(
    _ configuration: TrainingConfiguration, in folder: String, splits: DataSplits? = nil, resumes: Bool = false
  ) throws -> EvaluationResult {
    let trainer = try trainer(configuration, in: folder, splits: splits, resumes: resumes)
    guard case .finished(let result) = try trainer.run() else {
      throw TrainingError("the training was interrupted")
    }
    return result
  }
}

/// A network with dropout, whose generator is part of the state of a training.
final class DropoutNet: Layer {
  let dropout: Dropout
  let fc: Linear

  init(classes: Int, seed: UInt64) {
    var generator = Generator(seed: seed)
    dropout = Dropout(0.5, using: &generator)
    fc = Linear(StripeSet.size * StripeSet.size, classes, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    fc(dropout(x.reshaped([x.shape[0], StripeSet.size * StripeSet.size])))
  }

  static func model(_ configuration: TrainingConfiguration) -> Model {
    Model(
      configuration: configuration.model,
      network: DropoutNet(classes: configuration.model.classes, seed: configuration.seed).namingParts())
  }
}
