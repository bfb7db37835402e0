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
/// that follows normalises on the way and needs no result at all.
/// - Parameters:
///   - x: float32 or bfloat16, […, C].
///   - weight: γ, [C].
///   - bias: β, [C].
///   - running: the moving statistics; used in evaluation, updated in training.
///   - isTraining: whether to normalise by the batch's own statistics.
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
  let y = residual.map { normalization.apply(x, residual: $0) } ?? normalization.deferred(x)
  guard Tensor.wantsGradient([x, weight, bias, residual]) else {
    return y.inspected("batch norm")
  }
  let input = SavedTensor(x, by: "batch norm")
  normalization.enterStatistics()
  let fromOutput = ck_activation_has_output_derivative(activation.kernel)
  let sum = residual.flatMap { residual -> SavedTensor? in
    activation == .identity ? nil : SavedTensor(fromOutput ? y : residual, by: "batch norm")
  }
  let recipe = residual == nil ? Recipe(for: y) { normalization.deferred(input.tensor) } : nil
  return y.recorded("batch norm", inputs: [x, weight, bias, residual], recipe: recipe) { cotangent, wanted in
    normalization.backward(
      cotangent, input: input.tensor, residual: fromOutput ? nil : sum?.tensor,
      output: fromOutput ? sum?.tensor : nil, isTraining: isTraining, wantsInput: wanted[0],
      wantsParameters: wanted[1] || wanted[2], wantsResidual: wanted[3])
  }
}

/// One application of batch normalisation: its statistics, folded to a scale and a shift for each channel.
private struct BatchNormalization {
  private let activation: Activation
  private let mean: Tensor
  private let inverseDeviation: Tensor
  private let scale: Tensor
  private let shift: Tensor

  init(
    _ x: Tensor, weight: Tensor, bias: Tensor, running: RunningStatistics, isTraining: Bool, epsilon: Float,
    activation: Activation
  ) {
    let channels = Int64(x.shape[-1])
    self.activation = activation
    let shape: Shape = [x.shape[-1]]
    var variance = running.variance
    if isTraining {
      mean = Tensor(uninitialized: shape)
      variance = Tensor(uninitialized: shape)
      let rows = Int64(x.shape.matrix.rows)
      Scope.require(rows > 1, "batchNorm", "training wants more than one value a channel, the input is \(x.shape)")
      BatchNormalization.measure(x, into: mean, variance)
      ck_batch_norm_update_running(
        mean.floats, variance.floats, rows, running.momentum, running.mean.floats, running.variance.floats,
        channels)
    } else {
      mean = running.mean.copied()
    }
    inverseDeviation = Tensor(uninitialized: shape)
    scale = Tensor(uninitialized: shape)
    shift = Tensor(uninitialized: shape)
    ck_batch_norm_fold(
      mean.floats, variance.floats, weight.floats, bias.floats, epsilon, inverseDeviation.floats, scale.floats,
      shift.floats, channels)
  }

  private static func measure(_ x: Tensor, into mean: Tensor, _ variance: Tensor) {
    let (rows, channels) = (Int64(x.shape.matrix.rows), Int64(x.shape.matrix.width))
    let scratch = Storage(byteCount: Int(ck_batch_norm_scratch(channels)))
    Ledger.kernel("batch norm statistics", operations: 3 * Double(x.count)) {
      x.byType(
        "batchNorm",
        float32: {
          ck_batch_norm_statistics_f32(x.floats, rows, channels, mean.floats, variance.floats, scratch.pointer)
        },
        bfloat16: {
          ck_batch_norm_statistics_bf16(x.bfloats, rows, channels, mean.floats, variance.floats, scratch.pointer)
        })
    }
  }

  /// Enters what is kept for the backward pass beside the images.
  func enterStatistics() {
    for statistic in [mean, inverseDeviation, scale, shift] { Ledger.saved(statistic, by: "batch norm") }
  }

  /// The result without a residual, computed when it is read.
  func deferred(_ x: Tensor) -> Tensor {
    let elements = NormalizedElements(source: x.detached, scale: scale, shift: shift, activation: activation)
    return Tensor(storage: Storage(byteCount: x.byteCount, deferred: elements), shape: x.shape, dtype: x.dtype)
  }

  func apply(_ x: Tensor, residual: Tensor) -> Tensor {
    let y = x.similar
    BatchNormalization.apply(x, scale, shift, activation, residual: residual, into: y.pointer)
    return y
  }

  /// output = act(scale · x + shift + residual)
  fileprivate static func apply(
    _ x: Tensor, _ scale: Tensor, _ shift: Tensor, _ activation: Activation, residual: Tensor?,
    into output: UnsafeMutableRawPointer
  ) {
    let (rows, channels) = (Int64(x.shape.matrix.rows), Int64(x.shape.matrix.width))
    let operations = Double(x.count) * (2 + activation.operationsPerElement + (residual == nil ? 0 : 1))
    Ledger.kernel("batch norm", operations: operations) {
      x.byType(
        "batchNorm",
        float32: {
          ck_batch_norm_apply_f32(
            x.floats, residual?.floats, scale.floats, shift.floats, activation.kernel,
            output.assumingMemoryBound(to: Float.self),
            rows, channels)
        },
        bfloat16: {
          ck_batch_norm_apply_bf16(
            x.bfloats, residual?.bfloats, scale.floats, shift.floats, activation.kernel,
            output.assumingMemoryBound(to: UInt16.self),
            rows, channels)
        })
    }
  }

  func backward(
    _ cotangent: Tensor, input: Tensor, residual: Tensor?, output: Tensor?, isTraining: Bool, wantsInput: Bool,
    wantsParameters: Bool, wantsResidual: Bool
  ) -> [Tensor?] {
    let (rows, channels) = (Int64(input.shape.matrix.rows), Int64(input.shape.matrix.width))
    var saved = ck_batch_norm_saved(
      mean: mean.floats, inverseDeviation: inverseDeviation.floats, scale: scale.floats, shift: shift.floats,
      activation: activation.kernel)
    var gamma: Tensor?
    var beta: Tensor?
    if wantsParameters || (isTraining && wantsInput) {
      let (gammaGradient, betaGradient) = (mean.similar, mean.similar)
      let scratch = Storage(byteCount: Int(ck_batch_norm_scratch(channels)))
      Ledger.kernel("batch norm reduction", operations: 4 * Double(input.count)) {
        input.byType(
          "batchNorm",
          float32: {
            ck_batch_norm_backward_reduce_f32(
              &saved, input.floats, residual?.floats, output?.floats, cotangent.floats, gammaGradient.floats,
              betaGradient.floats, rows, channels, scratch.pointer)
          },
          bfloat16: {
            ck_batch_norm_backward_reduce_bf16(
              &saved, input.bfloats, residual?.bfloats, output?.bfloats, cotangent.bfloats, gammaGradient.floats,
              betaGradient.floats, rows, channels, scratch.pointer)
          })
      }
      (gamma, beta) = (gammaGradient, betaGradient)
    }
    let needsPass = wantsInput || (wantsResidual && activation != .identity)
    let dx = needsPass ? input.similar : nil
    let dz = wantsResidual ? (activation == .identity ? cotangent : input.similar) : nil
    if let dx {
      let (gammaTerm, betaTerm) = isTraining ? (gamma?.floats, beta?.floats) : (nil, nil)
      let writesResidual = wantsResidual && activation != .identity
      Ledger.kernel("batch norm input gradient", operations: 5 * Double(input.count)) {
        input.byType(
          "batchNorm",
          float32: {
            ck_batch_norm_backward_apply_f32(
              &saved, input.floats, residual?.floats, output?.floats, cotangent.floats, gammaTerm, betaTerm, dx.floats,
              writesResidual ? dz?.floats : nil, rows, channels)
          },
          bfloat16: {
            ck_batch_norm_backward_apply_bf16(
              &saved, input.bfloats, residual?.bfloats, output?.bfloats, cotangent.bfloats, gammaTerm, betaTerm,
              dx.bfloats,
              writesResidual ? dz?.bfloats : nil, rows, channels)
          })
      }
    }
    return [wantsInput ? dx : nil, gamma, beta, dz]
  }
}

/// act(scale · source + shift), for each channel, before anything has read it.
struct NormalizedElements: DeferredElements {
  let source: Tensor
  let scale: Tensor
  let shift: Tensor
  let activation: Activation
  /// The module that normalises, which the work is entered for.
  private let path = Scope.path

  init(source: Tensor, scale: Tensor, shift: Tensor, activation: Activation) {
    (self.source, self.scale, self.shift, self.activation) = (source, scale, shift, activation)
  }

  func fill(_ address: UnsafeMutableRawPointer) {
    Scope.$path.withValue(path) {
      BatchNormalization.apply(source, scale, shift, activation, residual: nil, into: address)
    }
  }
}
