import ArgumentParser
import Models
import NeuralNet
import Training

extension OptimizerName: ExpressibleByArgument {}
extension ScheduleName: ExpressibleByArgument {}

/// How a model is trained.
struct TrainingOptions: ParsableArguments {
  @Option(help: "Passes over the training pictures.")
  var epochs = 10

  @Option(help: "Pictures in a step.")
  var batchSize = 64

  @Option(help: "sgd, nesterov or adamw.")
  var optimizer = OptimizerName.sgd

  @Option(name: .customLong("lr"), help: "The highest learning rate; by default 0.1, for adamw 0.001.")
  var learningRate: Double?

  @Option(help: "Momentum of sgd and nesterov.")
  var momentum = 0.9

  @Option(help: "Weight decay; by default 0.0005, for adamw 0.05.")
  var weightDecay: Double?

  @Flag(help: "Let weight decay also pull at norms and biases.")
  var decayNorms = false

  @Option(help: "constant, linear, cosine, step, one-cycle or plateau.")
  var schedule = ScheduleName.cosine

  @Option(name: .customLong("warm-up"), help: "Epochs in which the learning rate rises.")
  var warmUpEpochs = 0.0

  @Option(help: "Share of each target that is spread over all classes.")
  var labelSmoothing: Float = 0

  @Option(help: "The largest norm of all gradients together.")
  var clipNorm: Double?

  @Option(help: "Decay of a moving average of the weights, which is evaluated and saved.")
  var ema: Double?

  @Option(help: "Parameter of mixup; 0 for none.")
  var mixup = 0.0

  @Option(help: "Parameter of CutMix; 0 for none.")
  var cutmix = 0.0

  @Flag(inversion: .prefixedNo, help: "Crop and flip training pictures at random.")
  var augment = true

  /// The whole configuration of a training.
  func configuration(model: ModelConfiguration, data: String, compute: ComputeOptions) -> TrainingConfiguration {
    var configuration = TrainingConfiguration(model: model, data: data)
    configuration.epochs = epochs
    configuration.batchSize = batchSize
    configuration.optimizer = optimizer
    configuration.learningRate = learningRate ?? (optimizer == .adamw ? 0.001 : 0.1)
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
