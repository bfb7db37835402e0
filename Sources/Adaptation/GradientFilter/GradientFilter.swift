import Tensor

/// The gradients of a convolution from cotangents that are replaced by their means over patches of r×r pixels.
///
/// With Ḡ the means of the cotangent over patches, X̃ the sums of the input over the patches beneath, and K the sum of each filter:
///
///     X̃[p, i] = Σ x[·, i],   Ḡ[p, o] = mean ∂y[·, o],   K[o, i] = Σ weight[o, i, ·, ·]
///     ∂x = at each pixel of patch p:  Σₒ K[o, i] Ḡ[p, o]
///     ∂weight[o, i, u, v] = Σₚ Ḡ[p, o] X̃[p, i],  the same for every tap (u, v)
///     ∂bias[o] = Σ ∂y[·, o], exact
///
/// Both products are matrix products over the patches, 1/(r²k²) of the exact ones, and X̃, 1/r² of the input, is all that is kept.
/// The gradient of the input is known patch by patch: a filtered convolution or a frozen norm further up that works on the same
/// patches never sees pixels.
///
/// Yang et al., "Efficient On-device Training via Gradient Filtering", CVPR 2023, section 3, <https://arxiv.org/abs/2301.00330>.
/// Beyond the published program it takes any number of groups and any padding.
public struct GradientFilter: ConvolutionBackward, Hashable {
  /// The side r of a patch of the output, in pixels.
  public let patch: Int
  /// Which form.
  public let scaling: FilterScaling

  /// A filter of patches of the output.
  public init(patch: Int, scaling: FilterScaling = .unbiased) {
    precondition(patch >= 1, "patches of at least one pixel are expected, found \(patch)")
    (self.patch, self.scaling) = (patch, scaling)
  }

  /// X̃, float32 [N, rows, columns, I].
  public func save(_ input: Tensor, weight: Tensor, options: ConvolutionOptions) -> Tensor {
    input.patchSums(over: geometry(input.shape, weight, options).input)
  }

  public func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, options: ConvolutionOptions,
    wantsInput: Bool, wantsWeight: Bool, wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    let geometry = geometry(inputShape, weight, options)
    let means = cotangent.patchMeans(over: geometry.output)
    let sums = wantsWeight ? saved : nil
    let products = products(means, sums, weight, options, dilation: geometry.dilation, wantsInput: wantsInput)
    let share = scaling == .unbiased ? 1 / Float(options.stride.height * options.stride.width) : 1
    func scaled(_ gradient: Tensor) -> Tensor { share == 1 ? gradient : gradient.scaled(by: share) }
    return (
      products.input.map { .patchConstant(scaled($0), on: geometry.input, dtype: cotangent.dtype) },
      products.weight.map { scaled($0).spread(overKernel: Pair(weight.shape[2], weight.shape[3])) },
      wantsBias ? means.pixelSums(of: geometry.output) : nil
    )
  }

  /// The gradients over patches: that of the input [N, rows, columns, I], that of the weight with one tap or all of them.
  private func products(
    _ means: Tensor, _ sums: Tensor?, _ weight: Tensor, _ options: ConvolutionOptions, dilation: Int, wantsInput: Bool
  ) -> (input: Tensor?, weight: Tensor?) {
    let pointwise = PatchConvolution.pointwise(weight, groups: options.groups)
    if dilation == 0 { return pointwise.gradients(means, sums: sums, wantsInput: wantsInput) }
    let dilated = PatchConvolution.dilated(weight, groups: options.groups, dilation: dilation)
    if scaling == .unbiased { return dilated.gradients(means, sums: sums, wantsInput: wantsInput) }
    return (
      dilated.gradients(means, sums: nil, wantsInput: wantsInput).input,
      pointwise.gradients(means, sums: sums, wantsInput: false).weight
    )
  }

  private func geometry(_ input: Shape, _ weight: Tensor, _ options: ConvolutionOptions) -> FilterGeometry {
    FilterGeometry(
      self, input: input, kernel: Pair(weight.shape[2], weight.shape[3]), options: options)
  }
}
