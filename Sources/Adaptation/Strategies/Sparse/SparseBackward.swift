import Tensor

/// The exact gradients of input, bias and the weights of some input channels (or groups); zero for the other weights.
struct SparseBackward: LayerBackward {
  /// The channels or groups, rising.
  let positions: [Int]
  let groups: Int

  func save(_ input: Tensor) -> Tensor { selected(input.detached) }

  func weightGradient(
    cotangent: Tensor, saved: Tensor, weight: Tensor, inputShape: Shape, product: LayerProduct
  ) -> Tensor? {
    var shape = weight.shape
    guard groups > 1, case .convolution(var options) = product else {
      shape[1] = positions.count
      return product.weightGradient(cotangent: cotangent, input: saved, weightShape: shape)?
        .placed(at: positions, axis: 1, extent: weight.shape[1])
    }
    options.groups = positions.count
    shape[0] = weight.shape[0] / groups * positions.count
    return LayerProduct.convolution(options)
      .weightGradient(cotangent: selected(cotangent), input: saved, weightShape: shape)?
      .reshaped([positions.count, weight.count / groups])
      .placed(at: positions, axis: 0, extent: groups).reshaped(weight.shape)
  }

  /// The channels of the positions.
  private func selected(_ x: Tensor) -> Tensor {
    guard groups > 1 else { return x.selecting(positions, axis: -1) }
    let (leading, width) = (x.shape.array.dropLast(), x.shape[-1] / groups)
    return x.reshaped(Shape(leading + [groups, width])).selecting(positions, axis: -2)
      .reshaped(Shape(leading + [positions.count * width]))
  }
}
