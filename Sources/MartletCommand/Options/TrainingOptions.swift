import ArgumentParser
import Models
import NeuralNet
import Training

extension OptimizerName: ExpressibleByArgument {}
extension ScheduleName: ExpressibleByArgument {}

/// The learning rate as an option gives it.
enum LearningRate: ExpressibleByArgument {
  /// That of the optimiser.
  case usual
  /// Found by a range test.
  case automatic
  case fixed(Double)

  init?(argument: String) {
    if argument == "auto" {
      self = .automatic
    } else if let rate = Double(argument) {
      self = .fixed(rate)
    } else {
      return nil
    }
  }

  /// The number, where one was given.
  var value: Double? {
    if case .fixed(let rate) = self { rate } else { nil }
  }

  var isAutomatic: Bool {
    if case .automatic = self { true } else { false }
  }

  var defaultValueDescription: String { "by optimiser" }
}

/// How a model is trained.
struct TrainingOptions: ParsableArguments {
  @Option(help: .integer("Passes over the training pictures."))
  var epochs = 10

  @Option(help: .integer("Pictures in a step."))
  var batchSize = 64

  @Option(help: .integer("Batches whose mean gradient makes one step, where memory is too short for a larger batch."))
  var accumulate = 1

  @Option(help: "sgd, nesterov or adamw; by default sgd, to adapt adamw.")
  var optimizer: OptimizerName?

  @Option(
    name: .customLong("lr"),
    help: ArgumentHelp(
      """
      The highest learning rate; by default 0.1, for adamw 0.001. auto finds one by some steps with rising rates, before the training.
      """, valueName: "number|auto"))
  var learningRate = LearningRate.usual

  @Option(help: .number("Momentum of sgd and nesterov."))
  var momentum = 0.9

  @Option(help: .number("Weight decay; by default 0.0005, for adamw 0.05."))
  var weightDecay: Double?

  @Flag(help: "Let weight decay also pull at norms and biases.")
  var decayNorms = false

  @Option(help: "constant, linear, cosine, step, one-cycle or plateau.")
  var schedule = ScheduleName.cosine

  @Option(name: .customLong("warm-up"), help: .number("Epochs in which the learning rate rises."))
  var warmUpEpochs = 0.0

  @Option(help: .number("Share of each target that is spread over all classes."))
  var labelSmoothing: Float = 0

  @Option(help: .number("The largest norm of all gradients together."))
  var clipNorm: Double?

  @Option(help: .number("Decay of a moving average of the weights, which is evaluated and saved."))
  var ema: Double?

  @Option(help: .number("Parameter of mixup; 0 for none."))
  var mixup = 0.0

  @Option(help: .number("Parameter of CutMix; 0 for none."))
  var cutmix = 0.0

  @Flag(inversion: .prefixedNo, help: "Crop and flip training pictures at random.")
  var augment = true

  @Option(
    help: """
      Parameters that do not train: a name, the beginning of names up to a dot, or a pattern with *. May be given several times.
      """)
  var freeze: [String] = []

  @Flag(help: "Train in evaluation mode: norms use their moving statistics and leave them, nothing is dropped.")
  var freezeNorms = false

  @Option(help: .integer("Stop after so many epochs without a better result on held-out pictures."))
  var patience: Int?

  @Flag(help: "Save the weights of the best epoch instead of those of the last.")
  var keepBest = false

  /// The whole configuration of a training.
  /// - Parameter usual: the optimiser where none was named.
  func configuration(
    model: ModelConfiguration, data: String, compute: ComputeOptions, optimizer usual: OptimizerName = .sgd
  ) -> TrainingConfiguration {
    let optimizer = optimizer ?? usual
    var configuration = TrainingConfiguration(model: model, data: data)
    configuration.epochs = epochs
    configuration.batchSize = batchSize
    configuration.optimizer = optimizer
    configuration.accumulation = accumulate
    configuration.learningRate = learningRate.value ?? (optimizer == .adamw ? 0.001 : 0.1)
    configuration.frozen = freeze
    configuration.freezesNorms = freezeNorms
    configuration.patience = patience
    configuration.keepsBest = keepBest
    configuration.momentum = momentum
    configuration.weightDecay = weightDecay ?? (optimizer == .adamw ? 0.05 : 5e-4)
    configuration.decaysNorms = decayNorms
    configuration.schedule = schedule
    configuration.warmUpEpochs = warmUpEpochs
    configuration.labelSmoothing = labelSmoothing
    configuration.maximumGradientNorm = clipNorm
    configuration.averageDecay = ema
    configuration.mixUp = mixup
    configuration.cutMix = cutmix
    configuration.augments = augment
    configuration.precision = compute.dtype
    configuration.seed = compute.seed
    return configuration
  }
}
