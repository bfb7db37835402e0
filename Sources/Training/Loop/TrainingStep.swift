import NeuralNet
import Tensor

/// What the classes of a batch are: one index for each example, or probabilities.
public enum Targets {
  case labels(Tensor)
  case probabilities(Tensor)
}

/// One step of training: forward, loss, backward, update.
public struct TrainingStep {
  /// The network that is trained.
  public let network: Layer
  /// Updates its parameters.
  public let optimizer: any Optimizer
  /// The type of the activations.
  public let precision: Precision
  /// How much of each target is spread over all classes.
  public let labelSmoothing: Float
  /// The largest norm of all gradients together; nil for no limit.
  public let maximumGradientNorm: Double?

  /// A step.
  public init(
    network: Layer, optimizer: any Optimizer, precision: Precision = .float32, labelSmoothing: Float = 0,
    maximumGradientNorm: Double? = nil
  ) {
    (self.network, self.optimizer, self.precision) = (network, optimizer, precision)
    (self.labelSmoothing, self.maximumGradientNorm) = (labelSmoothing, maximumGradientNorm)
  }

  /// What a step tells of itself.
  public struct Result {
    /// The mean loss of the batch before the update.
    public let loss: Float
    /// The logits before the update, float32 [N, classes].
    public let logits: Tensor
  }

  /// Trains on one batch; where the loss is not finite nothing is updated.
  /// - Parameter images: float32, [N, H, W, C].
  public func callAsFunction(images: Tensor, targets: Targets) -> Result {
    let (loss, logits) = lossAndLogits(images: images, targets: targets)
    let value = loss.item()
    if value.isFinite { update(with: gradients(of: loss)) }
    return Result(loss: value, logits: logits)
  }

  /// The forward pass alone.
  public func lossAndLogits(images: Tensor, targets: Targets) -> (loss: Tensor, logits: Tensor) {
    let logits = network(images.cast(to: precision.dtype)).cast(to: .float32)
    let loss =
      switch targets {
      case .labels(let labels): crossEntropy(logits, labels: labels, labelSmoothing: labelSmoothing)
      case .probabilities(let targets): crossEntropy(logits, targets: targets, labelSmoothing: labelSmoothing)
      }
    return (loss, logits.detached)
  }

  private func update(with gradients: Gradients) {
    let scale = maximumGradientNorm.map { gradients.clipping(toNorm: $0, over: optimizer.parameters).scale } ?? 1
    Ledger.kernel("optimiser") { optimizer.step(gradients: gradients, scale: scale) }
  }
}
