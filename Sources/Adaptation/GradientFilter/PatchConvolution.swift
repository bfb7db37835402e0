import Tensor

/// The convolution that a filtered one is on maps of patches: 1×1 with the sums of the filters, or, where the taps of a dilated
/// kernel are whole patches apart, the same kernel with so many patches between taps.
struct PatchConvolution {
  private let weight: Tensor
  private let options: ConvolutionOptions

  /// All taps fall into one patch.
  static func pointwise(_ weight: Tensor, groups: Int) -> PatchConvolution {
    let sums = weight.filterSums()
    return PatchConvolution(
      weight: sums.reshaped([sums.shape[0], sums.shape[1], 1, 1]), options: ConvolutionOptions(groups: groups))
  }

  /// Taps are `dilation` patches apart.
  static func dilated(_ weight: Tensor, groups: Int, dilation: Int) -> PatchConvolution {
    let padding = Pair(dilation * (weight.shape[2] - 1) / 2, dilation * (weight.shape[3] - 1) / 2)
    return PatchConvolution(
      weight: weight,
      options: ConvolutionOptions(
        padding: [padding.height, padding.width], dilation: Pair(dilation, dilation), groups: groups))
  }

  /// The exact gradients of this convolution.
  /// - Parameters:
  ///   - means: the cotangent, float32 [N, rows, columns, O].
  ///   - sums: the input, float32 [N, rows, columns, I]; nil where no gradient of the weight is wanted.
  func gradients(_ means: Tensor, sums: Tensor?, wantsInput: Bool) -> (input: Tensor?, weight: Tensor?) {
    let shape = means.shape
    let result = ExactConvolutionBackward().gradients(
      cotangent: means, saved: sums, weight: weight,
      inputShape: [shape[0], shape[1], shape[2], weight.shape[1] * options.groups], options: options,
      wantsInput: wantsInput, wantsWeight: sums != nil, wantsBias: false)
    return (result.input, result.weight)
  }
}
