import CKernels

/// The moving statistics of a batch normalisation, updated in place during training.
public struct RunningStatistics: Sendable {
  /// The moving mean, [C].
  public let mean: Tensor
  /// The moving unbiased variance, [C].
  public let variance: Tensor
  /// The weight of a new batch: running = (1 − momentum) running + momentum batch.
  public let momentum: Float

  /// Statistics that live in the given float32 tensors.
  public init(mean: Tensor, variance: Tensor, momentum: Float = 0.1) {
    (self.mean, self.variance, self.momentum) = (mean, variance, momentum)
  }
}

/// Batch normalisation over all axes but the last, with an activation and a residual addition in the same pass.
///
///     y = act(γ (x − mean) / √(variance + ε) + β + residual)
///
/// Only `x` is kept for the backward pass; without a residual the result is computed when an operation reads it, and again in
/// the backward pass, so that a convolution–norm–activation block keeps one image instead of two. A depthwise convolution
/// that follows normalises on the way and needs no result at all. In evaluation, where γ does not train either, a rectifier
/// keeps one bit an element and nothing of `x`. In evaluation without gradients it is a part of the convolution that made `x`.
/// - Parameters:
///   - x: float32 or bfloat16, […, C].
///   - weight: γ, [C].
///   - bias: β, [C].
///   - running: the moving statistics; used in evaluation, updated in training.
///   - isTraining: whether to normalise by the batch's own statistics.
///   - epsilon: ε.
///   - activation: act, which comes last.
///   - residual: added before the activation, of the shape of `x`.
public func batchNorm(
  _ x: Tensor, weight: Tensor, bias: Tensor, running: RunningStatistics, isTraining: Bool, epsilon: Float = 1e-5,
  activation: Activation = .identity, residual: Tensor? = nil
) -> Tensor {
  let channels = x.shape[-1]
  Scope.require(
    Tensor.areParameters([weight, bias], count: channels), "batchNorm",
    "input \(x.shape) wants float32 weight and bias of \(channels) elements, found \(weight.shape) and \(bias.shape)")
  Scope.require(
    Tensor.areParameters([running.mean, running.variance], count: channels), "batchNorm",
    "input \(x.shape) wants float32 moving statistics of \(channels) elements, found \(running.mean.shape) and "
      + "\(running.variance.shape)")
  Scope.require(
    residual.map { $0.shape == x.shape && $0.dtype == x.dtype } ?? true, "batchNorm",
    "a residual of \(x.dtype) \(x.shape) is expected, found \(residual?.dtype ?? x.dtype) \(residual?.shape ?? [])")
  guard ck_batch_norm_fuses(activation.kernel) else {
    return batchNorm(
      x, weight: weight, bias: bias, running: running, isTraining: isTraining, epsilon: epsilon, residual: residual
    ).activated(activation)
  }
  let normalization = BatchNormalization(
    x, weight: weight, bias: bias, running: running, isTraining: isTraining, epsilon: epsilon,
    activation: activation)
  let isRecorded = Tensor.wantsGradient([x, weight, bias, residual])
  if isRecorded && !isTraining && !weight.requiresGradient && FrozenBatchNorm.supports(activation) {
    let (output, backward) = FrozenBatchNorm.normalizing(
      x, by: normalization, activation: activation, residual: residual)
    return output.recorded("batch norm", inputs: [x, bias, residual]) { cotangent, wanted in
      let gradients = backward.gradients(
        cotangent, wantsInput: wanted[0], wantsBias: wanted[1], wantsResidual: wanted[2])
      return [gradients.input, gradients.bias, gradients.residual]
    }
  }
  let completed = isRecorded || isTraining ? nil : normalization.completing(x, residual: residual)
  let y = completed ?? residual.map { normalization.apply(x, residual: $0) } ?? normalization.deferred(x)
  if !isTraining {
    y.traced(
      .batchNorm(epsilon: epsilon, activation: activation),
      [x, weight, bias, running.mean, running.variance, residual])
  }
  guard isRecorded else { return y.inspected("batch norm") }
  let input = SavedTensor(x, by: "batch norm")
  normalization.enterStatistics()
  let fromOutput = ck_activation_has_output_derivative(activation.kernel)
  let sum = residual.flatMap { residual -> SavedTensor? in
    activation == .identity ? nil : SavedTensor(fromOutput ? y : residual, by: "batch norm")
  }
  let recipe = residual == nil ? Recipe(for: y) { normalization.deferred(input.tensor) } : nil
  let images = {
    NormalizationImages(
      input: input.tensor, residual: fromOutput ? nil : sum?.tensor, output: fromOutput ? sum?.tensor : nil)
  }
  let sums = NormalizationSums(normalization, shape: x.shape, images: images)
  return y.recorded("batch norm", inputs: [x, weight, bias, residual], recipe: recipe, watcher: sums) {
    cotangent, wanted in
    let wantsParameters = wanted[1] || wanted[2] || (isTraining && wanted[0])
    if !wantsParameters { sums.forget() }
    let parameters = wantsParameters ? sums.finish(cotangent) : nil
    let gradient = NormalizationGradient(normalization, cotangent, images(), sums: isTraining ? parameters : nil)
    let (dx, dz) =
      wanted[3] && activation != .identity
      ? gradient.withResidual() : (wanted[0] ? gradient.tensor : nil, wanted[3] ? cotangent : nil)
    return [dx, parameters?.gamma, parameters?.beta, dz]
  }
}
