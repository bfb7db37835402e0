import NeuralNet
import Tensor

/// The gradient of the weight from an input that was kept as core and factors; those of input and bias are exact.
///
/// The input is not built again. With x ≈ S ×₀ U₀ … the sums over examples and pixels run over the core's axes instead, and
/// what they give is expanded along the channels alone.
struct CompressedBackward<Compression: ActivationCompression>: LayerBackward {
  let compression: Compression

  func save(_ input: Tensor) -> Tensor {
    let x = input.detached.cast(to: .float32).reshaped(input.shape.modes)
    return TuckerFactors(x, factors: compression.factors(of: x)).packed
  }

  func weightGradient(
    cotangent: Tensor, saved: Tensor, weight: Tensor, inputShape: Shape, product: LayerProduct
  ) -> Tensor? {
    let input = TuckerFactors(packed: saved, shape: inputShape.modes)
    let cotangent = cotangent.cast(to: .float32)
    if case .convolution(let options) = product, !options.isPointwise(weight.shape) {
      return convolutionGradient(cotangent, input, weight.shape, product, isGrouped: options.groups > 1)
    }
    return linearGradient(cotangent, input, inputShape, weight.shape)
  }

  /// gW = (Σ over the core's examples and pixels of gyᵀ S) U_Cᵀ, with gy projected onto the same directions.
  private func linearGradient(
    _ cotangent: Tensor, _ input: TuckerFactors, _ inputShape: Shape, _ weightShape: Shape
  ) -> Tensor {
    var shape = inputShape.modes
    shape[-1] = weightShape[0]
    let last = shape.rank - 1
    let projected = (0..<last).reduce(cotangent.reshaped(shape)) { $0.projected(onto: input.factors[$1], mode: $1) }
    return projected.correlated(with: input.core, mode: last)
      .matrixProduct(input.factors[last], transposingRight: true).reshaped(weightShape)
  }

  /// Examples projected, rows and columns expanded, then the weight gradient of a convolution with as many examples and
  /// channels as the core has. Groups cut the channels, so these are expanded first there.
  private func convolutionGradient(
    _ cotangent: Tensor, _ input: TuckerFactors, _ weightShape: Shape, _ product: LayerProduct, isGrouped: Bool
  ) -> Tensor? {
    let projected = cotangent.projected(onto: input.factors[0], mode: 0)
    let pixels = input.core.expanded(by: input.factors[1], mode: 1).expanded(by: input.factors[2], mode: 2)
    guard !isGrouped else {
      let full = pixels.expanded(by: input.factors[3], mode: 3)
      return product.weightGradient(cotangent: projected, input: full, weightShape: weightShape)
    }
    var shape = weightShape
    shape[1] = pixels.shape[3]
    return product.weightGradient(cotangent: projected, input: pixels, weightShape: shape)?
      .expanded(by: input.factors[3], mode: 1)
  }
}

extension CompressedBackward: StatefulBackward where Compression == SubspaceIteration {
  var state: BackwardState {
    get { compression.state }
    nonmutating set { compression.state = newValue }
  }
}

extension ConvolutionOptions {
  /// Whether a convolution of a weight is a linear map of each pixel.
  func isPointwise(_ weight: Shape) -> Bool {
    weight[2] == 1 && weight[3] == 1 && stride == 1 && padding == 0 && groups == 1
  }
}
