import CKernels

/// Normalises groups of channels of each image, over the group's channels and all pixels.
///
///     y = γ (x − mean) / √(variance + ε) + β,  mean and biased variance over an image's group
///
/// - Parameters:
///   - x: float32 or bfloat16, [N, …, C].
///   - groups: divides C.
///   - weight: γ, [C]; ones if nil.
///   - bias: β, [C]; zeros if nil.
///   - epsilon: ε.
public func groupNorm(
  _ x: Tensor, groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Float = 1e-5
) -> Tensor {
  let channels = x.shape[-1]
  Scope.require(
    x.shape.rank >= 2 && groups > 0 && channels % groups == 0, "groupNorm",
    "the \(channels) channels of input \(x.shape) cannot be cut into \(groups) groups")
  Scope.require(
    Tensor.areParameters([weight, bias], count: channels), "groupNorm",
    "input \(x.shape) wants float32 weight and bias of \(channels) elements, found \(weight?.shape ?? []) and "
      + "\(bias?.shape ?? [])")
  var shape = ck_group_norm_shape(
    images: Int64(x.shape[0]), pixels: Int64(x.shape.count(1..<x.shape.rank - 1)), channels: Int64(channels),
    groups: Int64(groups))
  let statistics: Shape = [x.shape[0], groups]
  let (mean, inverse) = (Tensor(uninitialized: statistics), Tensor(uninitialized: statistics))
  let y = x.similar
  let scratch = Storage(byteCount: Int(ck_layer_norm_scratch(Int64(channels))))
  Ledger.kernel("group norm", operations: 7 * Double(x.count)) {
    x.byType(
      "groupNorm",
      float32: {
        ck_group_norm_forward_f32(
          &shape, x.floats, weight?.floats, bias?.floats, epsilon, y.floats, mean.floats, inverse.floats,
          scratch.pointer)
      },
      bfloat16: {
        ck_group_norm_forward_bf16(
          &shape, x.bfloats, weight?.floats, bias?.floats, epsilon, y.bfloats, mean.floats, inverse.floats,
          scratch.pointer)
      })
  }
  y.traced(.groupNorm(groups: groups, epsilon: epsilon), [x, weight, bias])
  guard Tensor.wantsGradient([x, weight, bias]) else {
    return y.inspected("group norm")
  }
  let saved = SavedTensor(x, by: "group norm")
  for statistic in [mean, inverse] { Ledger.saved(statistic, by: "group norm") }
  let plainWeight = weight?.detached
  let kernelShape = shape
  return y.recorded("group norm", inputs: [x, weight, bias]) { cotangent, wanted in
    let input = saved.tensor
    let dx = wanted[0] ? input.similar : nil
    let gamma = wanted[1] ? Tensor(uninitialized: [channels]) : nil
    let beta = wanted[2] ? Tensor(uninitialized: [channels]) : nil
    let scratch = Storage(byteCount: Int(ck_layer_norm_scratch(Int64(channels))))
    var shape = kernelShape
    Ledger.kernel("group norm", operations: 12 * Double(input.count)) {
      input.byType(
        "groupNorm",
        float32: {
          ck_group_norm_backward_f32(
            &shape, input.floats, cotangent.floats, mean.floats, inverse.floats, plainWeight?.floats, dx?.floats,
            gamma?.floats, beta?.floats, scratch.pointer)
        },
        bfloat16: {
          ck_group_norm_backward_bf16(
            &shape, input.bfloats, cotangent.bfloats, mean.floats, inverse.floats, plainWeight?.floats,
            dx?.bfloats, gamma?.floats, beta?.floats, scratch.pointer)
        })
    }
    return [dx, gamma, beta]
  }
}
