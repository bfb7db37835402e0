import Tensor

/// The exact products of a layer of either kind, on operands of any extents.
enum LayerProduct {
  case linear
  case convolution(ConvolutionOptions)

  /// The gradient of the input.
  func inputGradient(cotangent: Tensor, weight: Tensor, inputShape: Shape) -> Tensor? {
    gradients(cotangent, nil, weight, inputShape, wantsInput: true, wantsBias: false).input
  }

  /// The gradient of the bias: the sum of the cotangent over all but the channels.
  func biasGradient(cotangent: Tensor, weight: Tensor, inputShape: Shape) -> Tensor? {
    gradients(cotangent, nil, weight, inputShape, wantsInput: false, wantsBias: true).bias
  }

  /// The gradient of a weight of some shape.
  func weightGradient(cotangent: Tensor, input: Tensor, weightShape: Shape) -> Tensor? {
    gradients(
      cotangent, input.detached.cast(to: cotangent.dtype), Tensor(uninitialized: weightShape), input.shape,
      wantsInput: false, wantsBias: false
    ).weight
  }

  private func gradients(
    _ cotangent: Tensor, _ saved: Tensor?, _ weight: Tensor, _ inputShape: Shape, wantsInput: Bool, wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    switch self {
    case .linear:
      ExactLinearBackward().gradients(
        cotangent: cotangent, saved: saved, weight: weight, inputShape: inputShape, wantsInput: wantsInput,
        wantsWeight: saved != nil, wantsBias: wantsBias)
    case .convolution(let options):
      ExactConvolutionBackward().gradients(
        cotangent: cotangent, saved: saved, weight: weight, inputShape: inputShape, options: options,
        wantsInput: wantsInput, wantsWeight: saved != nil, wantsBias: wantsBias)
    }
  }
}
