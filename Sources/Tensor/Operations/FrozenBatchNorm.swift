/// The backward pass of a batch norm whose statistics and scale are fixed: z = scale · x + shift + residual with y = act(z).
///
/// It keeps nothing of x: one bit an element tells what a rectifier let through, and without an activation nothing is kept.
/// Cotangents that are constant on patches stay compressed (Yang et al., CVPR 2023: what gradient filtering makes of them).
struct FrozenBatchNorm {
  private let scale: Tensor
  private let activity: Activity?

  /// Whether a bit an element is enough for an activation.
  static func supports(_ activation: Activation) -> Bool { [.identity, .relu, .relu6].contains(activation) }

  /// The result, not recorded, and its backward pass, which does not hold it.
  static func normalizing(
    _ x: Tensor, by normalization: BatchNormalization, activation: Activation, residual: Tensor?
  ) -> (output: Tensor, backward: FrozenBatchNorm) {
    let scale = normalization.scale
    Ledger.saved(scale, by: "batch norm")
    if activation == .identity {
      let output = residual.map { normalization.apply(x, residual: $0) } ?? normalization.deferred(x)
      return (output, FrozenBatchNorm(scale: scale, activity: nil))
    }
    let (output, activity) = Activity.normalizing(
      x, scale: scale, shift: normalization.shift, activation: activation, residual: residual)
    return (output, FrozenBatchNorm(scale: scale, activity: activity))
  }

  /// Gradients of input, bias and residual; nil where not wanted.
  func gradients(
    _ cotangent: Tensor, wantsInput: Bool, wantsBias: Bool, wantsResidual: Bool
  ) -> (input: Tensor?, bias: Tensor?, residual: Tensor?) {
    if let constant = cotangent.patchConstant {
      return (
        wantsInput ? inputGradient(constant) : nil, wantsBias ? biasGradient(constant) : nil,
        wantsResidual ? activity.map { MaskedPatches(constant, $0, scale: nil).tensor } ?? cotangent : nil
      )
    }
    let bias = wantsBias ? activity?.sums(cotangent) ?? cotangent.summed(toShape: scale.shape, dtype: .float32) : nil
    guard let activity else {
      return (wantsInput ? cotangent * scale.cast(to: cotangent.dtype) : nil, bias, wantsResidual ? cotangent : nil)
    }
    let input = wantsInput ? cotangent.similar : nil
    let residual = wantsResidual ? cotangent.similar : nil
    if wantsInput || wantsResidual { activity.backward(cotangent, scale: scale, input: input, residual: residual) }
    return (input, bias, residual)
  }

  private func inputGradient(_ constant: PatchConstant) -> Tensor {
    if let activity { return MaskedPatches(constant, activity, scale: scale).tensor }
    return PatchConstant(grid: constant.grid, values: constant.values * scale, dtype: constant.dtype).tensor
  }

  private func biasGradient(_ constant: PatchConstant) -> Tensor {
    let means = activity.map { constant.values * $0.fractions(over: constant.grid) } ?? constant.values
    return means.pixelSums(of: constant.grid)
  }
}
