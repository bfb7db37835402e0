import Models
import NeuralNet
import Tensor
import Training

/// A model, random pictures and labels, and an optimiser: the work that `bench train-step` and `profile` measure.
struct TrainingWorkload {
  let model: Model
  let size: Int
  private let images: Tensor
  private let labels: Tensor
  private let step: TrainingStep

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
    labels = Tensor((0..<labelCount).map { _ in Int64.random(in: 0..<Int64(configuration.classes), using: &generator) })
    let parameters = ParameterGroup("all", parameters: model.network.namedParameters())
    step = TrainingStep(
      network: model.network, optimizer: SGD(groups: [parameters], learningRate: 0.01, momentum: 0.9),
      precision: compute.dtype)
  }

  /// One training step.
  func run() throws {
    let result = step(images: images, targets: .labels(labels))
    if !result.loss.isFinite { throw CommandError("the loss became \(result.loss)") }
  }

  /// One forward pass in evaluation mode, keeping nothing.
  func runForward() {
    withoutGradients { _ = model.network(images.cast(to: step.precision.dtype)) }
  }
}

/// A verb that cannot go on.
struct CommandError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
