import DataSets
import NeuralNet
import Tensor

/// What the classes of a batch are: one index for each example or pixel, or probabilities.
public enum Targets {
  case labels(Tensor)
  case probabilities(Tensor)

  /// The bytes that they take.
  public var byteCount: Int {
    switch self {
    case .labels(let tensor), .probabilities(let tensor): tensor.byteCount
    }
  }
}

/// One step of training: forward, loss, backward, update.
public struct TrainingStep {
  /// The label of pixels that do not count, in labels [N, H, W].
  public static let ignoredLabel = Int64(LabelMap.ignored)

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
    /// The logits before the update, float32 [N, classes] or [N, H, W, classes].
    public let logits: Tensor
  }

  /// Trains on one batch; where the loss, or a norm of the gradients that is limited, is not finite nothing is updated.
  /// - Parameters:
  ///   - images: float32, [N, H, W, C].
  ///   - targets: labels or probabilities, one a picture or pixel.
  public func callAsFunction(images: Tensor, targets: Targets) -> Result {
    let (result, gradients) = backward(images: images, targets: targets)
    if let gradients { update(with: gradients) }
    return result
  }

  /// The forward and the backward pass, without an update; no gradients where the loss is not finite.
  public func backward(images: Tensor, targets: Targets) -> (result: Result, gradients: Gradients?) {
    let (loss, logits) = lossAndLogits(images: images, targets: targets)
    let value = loss.item()
    return (Result(loss: value, logits: logits), value.isFinite ? gradients(of: loss) : nil)
  }

  /// The forward pass alone.
  public func lossAndLogits(images: Tensor, targets: Targets) -> (loss: Tensor, logits: Tensor) {
    let logits = network(images.cast(to: precision.dtype)).cast(to: .float32)
    let loss =
      switch targets {
      case .labels(let labels) where labels.shape.rank > 1: pixelLoss(logits, labels)
      case .labels(let labels): crossEntropy(logits, labels: labels, labelSmoothing: labelSmoothing)
      case .probabilities(let targets): crossEntropy(logits, targets: targets, labelSmoothing: labelSmoothing)
      }
    return (loss, logits.detached)
  }

  /// The mean over the pixels that have a class; zero where none has, as may be after a crop.
  private func pixelLoss(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    let isCounted = labels.withBytes { $0.bindMemory(to: Int64.self).contains { $0 != Self.ignoredLabel } }
    return crossEntropy(
      logits, labels: labels, labelSmoothing: labelSmoothing, ignoreIndex: Self.ignoredLabel,
      reduction: isCounted ? .mean : .sum)
  }

  /// Updates the parameters; they stay as they are where the norm of the gradients is to be limited and is not finite.
  /// - Parameters:
  ///   - gradients: the sum of the gradients of the parts of a batch.
  ///   - parts: how many parts there are; the mean of their gradients is used.
  /// - Returns: the norm before it was limited; nil where it is not to be.
  @discardableResult
  public func update(with gradients: Gradients, parts: Int = 1) -> Double? {
    let mean = 1 / Float(parts)
    let clipping = maximumGradientNorm.map {
      gradients.clipping(toNorm: $0, over: optimizer.parameters, scale: mean)
    }
    if clipping?.norm.isFinite ?? true {
      Ledger.kernel("optimiser") { optimizer.step(gradients: gradients, scale: clipping?.scale ?? mean) }
    }
    return clipping?.norm
  }
}
