import Models
import NeuralNet
import Tensor
import Training

/// A model, random pictures and labels, and an optimiser: the work that `bench train-step`, `bench adapt-step` and `profile` measure.
struct TrainingWorkload {
  let model: Model
  let size: Int
  let images: Tensor
  let targets: Targets
  private let precision: Precision

  /// - Parameter trains: whether norms take the statistics of the batch, which must have some.
  init(model name: String, batch: Int, size: Int?, trains: Bool = true, compute: ComputeOptions) throws {
    var generator = Generator(seed: compute.seed)
    let entry = try ModelRegistry.entry(named: name)
    var configuration = entry.defaults
    if let size { configuration.inputSize = size }
    try entry.check(inputSize: configuration.inputSize, trainingBatch: trains ? batch : nil)
    model = try ModelRegistry.make(configuration, using: &generator)
    self.size = configuration.inputSize
    images = .normal([batch, self.size, self.size, configuration.inputChannels], using: &generator)
    let labelCount = entry.task == .segmentation ? batch * self.size * self.size : batch
    let labels = (0..<labelCount).map { _ in Int64.random(in: 0..<Int64(configuration.classes), using: &generator) }
    targets = .labels(Tensor(labels))
    precision = compute.dtype
  }

  /// Steps of the network, or of its part behind the features, that update some of the parameters.
  func step(of network: Layer, training parameters: [(name: String, parameter: Parameter)]) -> TrainingStep {
    let group = ParameterGroup("all", parameters: parameters)
    let optimizer = SGD(groups: [group], learningRate: 0.01, momentum: 0.9)
    return TrainingStep(network: network, optimizer: optimizer, precision: precision)
  }

  /// Steps of the whole network.
  func wholeStep() -> TrainingStep { step(of: model.network, training: model.network.namedParameters()) }

  /// Makes one step on the pictures.
  /// - Throws: ``CommandError`` for a loss that is not finite.
  func run(_ step: TrainingStep) throws {
    let result = step(images: images, targets: targets)
    if !result.loss.isFinite { throw CommandError("the loss became \(result.loss)") }
  }

  /// One forward pass in evaluation mode, keeping nothing.
  func runForward() {
    withoutGradients { _ = model.network(images.cast(to: precision.dtype)) }
  }
}
