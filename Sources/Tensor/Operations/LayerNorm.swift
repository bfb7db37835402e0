import CKernels

/// Normalises the last axis to mean zero and variance one, then scales and shifts it.
///
///     y = γ (x − mean) / √(variance + ε) + β,  mean and biased variance over the last axis
///
/// - Parameters:
///   - x: float32 or bfloat16, […, C].
///   - weight: γ, [C]; ones if nil.
///   - bias: β, [C]; zeros if nil.
///   - epsilon: ε.
public func layerNorm(_ x: Tensor, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Float = 1e-5) -> Tensor {
  let (rows, channels) = x.shape.matrix
  Scope.require(
    Tensor.areParameters([weight, bias], count: channels), "layerNorm",
    "input \(x.shape) wants float32 weight and bias of \(channels) elements, found \(weight?.shape ?? []) and "
      + "\(bias?.shape ?? [])")
  let isRecorded = Tensor.wantsGradient([x, weight, bias])
  let statistics = isRecorded ? (mean: Tensor(uninitialized: [rows]), inverse: Tensor(uninitialized: [rows])) : nil
  let y = x.similar
  let (n, c) = (Int64(rows), Int64(channels))
  Ledger.kernel("layer norm", operations: 7 * Double(x.count)) {
    x.byType(
      "layerNorm",
      float32: {
        ck_layer_norm_forward_f32(
          x.floats, weight?.floats, bias?.floats, epsilon, y.floats, statistics?.mean.floats,
          statistics?.inverse.floats, n, c)
      },
      bfloat16: {
        ck_layer_norm_forward_bf16(
          x.bfloats, weight?.floats, bias?.floats, epsilon, y.bfloats, statistics?.mean.floats,
          statistics?.inverse.floats, n, c)
      })
  }
  y.traced(.layerNorm(epsilon: epsilon), [x, weight, bias])
  guard let (mean, inverse) = statistics else { return y.inspected("layer norm") }
  let saved = SavedTensor(x, by: "layer norm")
  for statistic in [mean, inverse] { Ledger.saved(statistic, by: "layer norm") }
  let plainWeight = weight?.detached
  return y.recorded("layer norm", inputs: [x, weight, bias]) { cotangent, wanted in
    let input = saved.tensor
    let dx = wanted[0] ? input.similar : nil
    let gamma = wanted[1] ? Tensor(uninitialized: [channels]) : nil
    let beta = wanted[2] ? Tensor(uninitialized: [channels]) : nil
    let scratch = Storage(byteCount: Int(ck_layer_norm_scratch(c)))
    Ledger.kernel("layer norm", operations: 12 * Double(input.count)) {
      input.byType(
        "layerNorm",
        float32: {
          ck_layer_norm_backward_f32(
            input.floats, cotangent.floats, mean.floats, inverse.floats, plainWeight?.floats, dx?.floats,
            gamma?.floats, beta?.floats, n, c, scratch.pointer)
        },
        bfloat16: {
          ck_layer_norm_backward_bf16(
            input.bfloats, cotangent.bfloats, mean.floats, inverse.floats, plainWeight?.floats, dx?.bfloats,
            gamma?.floats, beta?.floats, n, c, scratch.pointer)
        })
    }
    return [dx, gamma, beta]
  }
}
