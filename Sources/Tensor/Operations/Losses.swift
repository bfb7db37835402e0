/// The mean squared error, the mean of (prediction − target)².
public func meanSquaredError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  (prediction - target).squared().mean()
}

/// The Kullback–Leibler divergence Σ target (log target − logPrediction) / N, PyTorch's `kl_div` with `batchmean`.
///
/// - Parameters:
///   - logPrediction: log-probabilities, [N, …].
///   - target: probabilities of the same shape; zeros contribute nothing.
public func klDivergence(_ logPrediction: Tensor, target: Tensor) -> Tensor {
  let safe = target.maximum(Tensor.full([], .leastNormalMagnitude, dtype: target.dtype))
  return (target * (safe.log() - logPrediction)).sum().scaled(by: 1 / Float(logPrediction.shape[0]))
}

/// The mean binary cross-entropy of logits: max(x, 0) − x t + log(1 + e^−|x|).
///
/// - Parameters:
///   - x: the logits.
///   - target: probabilities of the same shape.
public func binaryCrossEntropy(logits x: Tensor, target: Tensor) -> Tensor {
  let softplus = ((-x.absolute()).exp() + 1).log()
  let positive = x.maximum(Tensor.full([], 0, dtype: x.dtype))  // unlike relu, with the derivative ½ at zero
  return (positive - x * target + softplus).mean()
}
