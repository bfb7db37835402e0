import Tensor

/// Batch normalisation over all axes but the last, fused with the activation that follows and with a residual addition.
///
/// # Shapes
/// input and output […, channels]; `weight`, `bias`, `runningMean` and `runningVar` [channels].
public final class BatchNorm: Layer {
  /// The scale γ.
  public let weight: Parameter
  /// The shift β.
  public let bias: Parameter
  /// The moving mean.
  public let runningMean: Buffer
  /// The moving unbiased variance.
  public let runningVar: Buffer
  /// The number of training batches seen, as PyTorch counts them.
  public let numBatchesTracked: Buffer
  /// Applied after the normalisation (and after the addition of a residual).
  public let activation: Activation
  /// Added to the variance.
  public let epsilon: Float
  /// The weight of a new batch in the moving statistics.
  public let momentum: Float

  /// A batch norm that starts as the identity.
  public init(_ channels: Int, activation: Activation = .identity, epsilon: Float = 1e-5, momentum: Float = 0.1) {
    weight = Parameter(.ones([channels]))
    bias = Parameter(.zeros([channels]))
    runningMean = Buffer(.zeros([channels]))
    runningVar = Buffer(.ones([channels]))
    numBatchesTracked = Buffer(Tensor([Int64(0)], shape: []))
    (self.activation, self.epsilon, self.momentum) = (activation, epsilon, momentum)
  }

  public override func forward(_ x: Tensor) -> Tensor { normalize(x, factors: nil, residual: nil) }

  /// act(factors ⊙ norm(x) + residual), in one pass.
  /// - Parameters:
  ///   - x: float32 or bfloat16, […, C].
  ///   - factors: a layer scale, of as many elements as channels; none by default.
  ///   - residual: added before the activation, of the shape of `x`; none by default.
  public func callAsFunction(_ x: Tensor, scaledBy factors: Tensor? = nil, adding residual: Tensor? = nil) -> Tensor {
    scoped { normalize(x, factors: factors?.reshaped([weight.value.count]), residual: residual) }
  }

  private func normalize(_ x: Tensor, factors: Tensor?, residual: Tensor?) -> Tensor {
    if isTraining {
      numBatchesTracked.value.withMutableBytes { $0.assumingMemoryBound(to: Int64.self)[0] += 1 }
    }
    return batchNorm(
      x, weight: factors.map { weight.tensor * $0 } ?? weight.tensor,
      bias: factors.map { bias.tensor * $0 } ?? bias.tensor,
      running: RunningStatistics(mean: runningMean.value, variance: runningVar.value, momentum: momentum),
      isTraining: isTraining, epsilon: epsilon, activation: activation, residual: residual)
  }
}
