import Tensor

/// A backward pass that serves linear layers and convolutions alike; bias gradients are exact, and those of the input unless
/// the method replaces them.
protocol LayerBackward: LinearBackward, ConvolutionBackward {
  /// The gradient of the weight from what `save` kept; nil only where there is none.
  func weightGradient(
    cotangent: Tensor, saved: Tensor, weight: Tensor, inputShape: Shape, product: LayerProduct
  ) -> Tensor?

  /// The gradient of the input.
  func inputGradient(cotangent: Tensor, weight: Tensor, inputShape: Shape, product: LayerProduct) -> Tensor?
}

extension LayerBackward {
  func save(_ input: Tensor, weight: Tensor, options: ConvolutionOptions) -> Tensor { save(input) }

  func inputGradient(cotangent: Tensor, weight: Tensor, inputShape: Shape, product: LayerProduct) -> Tensor? {
    product.inputGradient(cotangent: cotangent, weight: weight, inputShape: inputShape)
  }

  func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, wantsInput: Bool, wantsWeight: Bool,
    wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    gradients(.linear, cotangent, wantsWeight ? saved : nil, weight, inputShape, wantsInput, wantsBias)
  }

  func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, options: ConvolutionOptions,
    wantsInput: Bool, wantsWeight: Bool, wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    gradients(.convolution(options), cotangent, wantsWeight ? saved : nil, weight, inputShape, wantsInput, wantsBias)
  }

  private func gradients(
    _ product: LayerProduct, _ cotangent: Tensor, _ saved: Tensor?, _ weight: Tensor, _ inputShape: Shape,
    _ wantsInput: Bool, _ wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    let input =
      wantsInput
      ? inputGradient(cotangent: cotangent, weight: weight, inputShape: inputShape, product: product) : nil
    let weightGradient = saved.flatMap {
      self.weightGradient(cotangent: cotangent, saved: $0, weight: weight, inputShape: inputShape, product: product)
    }
    let bias =
      wantsBias ? product.biasGradient(cotangent: cotangent, weight: weight, inputShape: inputShape) : nil
    return (input, weightGradient, bias)
  }
}
