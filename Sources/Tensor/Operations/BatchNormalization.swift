import CKernels

/// One application of batch normalisation: its statistics, folded to a scale and a shift for each channel.
struct BatchNormalization {
  let activation: Activation
  private let mean: Tensor
  private let inverseDeviation: Tensor
  let scale: Tensor
  let shift: Tensor

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
    let statistics = NormalizationStatistics(channels: x.shape[-1])
    x.showRows(statistics.add)
    statistics.finish(into: mean, variance)
  }

  /// Enters what is kept for the backward pass beside the images.
  func enterStatistics() {
    for statistic in [mean, inverseDeviation, scale, shift] { Ledger.saved(statistic, by: "batch norm") }
  }

  /// The result without a residual, computed when it is read.
  func deferred(_ x: Tensor) -> Tensor {
    let elements = NormalizedElements(source: x.detached, scale: scale, shift: shift, activation: activation)
    return Tensor(deferred: elements, shape: x.shape, dtype: x.dtype)
  }

  /// The result in one pass with the convolution that `x` is, where nobody has read that yet; nil where it is none, or no kernel does
  /// both.
  func completing(_ x: Tensor, residual: Tensor?) -> Tensor? {
    guard let product = x.storage.deferred as? ConvolutionProduct, product.outputShape == x.shape else { return nil }
    let y = product.normalized(scale: scale, shift: shift, activation: activation, residual: residual)
    if let y { Ledger.kernel("batch norm", operations: Self.operations(y, activation, residual)) {} }
    return y
  }

  private static func operations(_ x: Tensor, _ activation: Activation, _ residual: Tensor?) -> Double {
    Double(x.count) * (operationsPerElement(activation) + (residual == nil ? 0 : 1))
  }

  static func operationsPerElement(_ activation: Activation) -> Double { 2 + activation.operationsPerElement }

  func apply(_ x: Tensor, residual: Tensor) -> Tensor {
    let y = x.similar
    BatchNormalization.apply(x, scale, shift, activation, residual: residual, into: y.pointer)
    return y
  }

  /// output = act(scale · x + shift + residual)
  static func apply(
    _ x: Tensor, _ scale: Tensor, _ shift: Tensor, _ activation: Activation, residual: Tensor?,
    into output: UnsafeMutableRawPointer
  ) {
    let (rows, channels) = (Int64(x.shape.matrix.rows), Int64(x.shape.matrix.width))
    Ledger.kernel("batch norm", operations: operations(x, activation, residual)) {
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

  /// What the kernels of the backward pass know of the forward pass.
  func withSaved<Result>(_ body: (UnsafePointer<ck_batch_norm_saved>) -> Result) -> Result {
    var saved = ck_batch_norm_saved(
      mean: mean.floats, inverseDeviation: inverseDeviation.floats, scale: scale.floats, shift: shift.floats,
      activation: activation.kernel)
    return body(&saved)
  }
}
