extension ConvolutionProduct {
  /// act(scale · result + shift + residual), in the same pass; nil where no kernel does that.
  ///
  /// An expansion is computed when its reader asks for it, band by band: the many channels between two convolutions are never in memory
  /// as a whole.
  func normalized(scale: Tensor, shift: Tensor, activation: Activation, residual: Tensor?) -> Tensor? {
    switch kernel {
    case .product(let plan):
      let post = PostOperations(activation: activation, residual: residual == nil ? .none : .kept)
      guard plan.arithmetic == x.dtype, let normalized = NormalizedConvolutionPlan.plan(for: geometry, post: post)
      else { return nil }
      if residual == nil, let expandingWeight {
        let elements = ExpandedElements(
          source: x, weight: expandingWeight, packed: (weight, plan.packedWeights), bias: bias, scale: scale,
          shift: shift, geometry: geometry, post: post,
          path: path)
        return Tensor(deferred: elements, shape: outputShape, dtype: x.dtype)
      }
      let y = Tensor(uninitialized: outputShape, dtype: x.dtype)
      Scope.$path.withValue(path) {
        for band in 0..<bands {
          normalized.run(
            x.band(band, of: bands), packed: weight, bias, scale: scale, shift: shift,
            residual: residual?.band(band, of: bands), into: y.band(band, of: bands).pointer)
        }
      }
      return y
    case .winograd(let convolution):
      guard WinogradConvolution.fuses(activation), convolution.arithmetic == x.dtype else { return nil }
      let y = Tensor(uninitialized: outputShape, dtype: x.dtype)
      let shift = Tensor.untraced { bias.map { $0 * scale + shift } ?? shift }
      Scope.$path.withValue(path) {
        for band in 0..<bands {
          let finish = WinogradConvolution.Finish(
            scale: scale, shift: shift, residual: residual?.band(band, of: bands), activation: activation)
          convolution.forward(x.band(band, of: bands), packed: weight, finish, into: y.band(band, of: bands))
        }
      }
      return y
    case .pointwise: return nil
    case .depthwise:
      // Kernels that normalise their input on the way in do not normalise their output.
      guard residual == nil, !(x.storage.deferred is NormalizedElements) else { return nil }
      return Scope.$path.withValue(path) { normalizedDepthwise(scale: scale, shift: shift, activation: activation) }
    }
  }

  private func normalizedDepthwise(scale: Tensor, shift: Tensor, activation: Activation) -> Tensor {
    let kernel = Tensor.untraced {
      PreparedDepthwise(
        geometry, weight: weight * scale.reshaped([scale.count, 1, 1, 1]),
        bias: bias.map { $0 * scale + shift } ?? shift, activation: activation)
    }
    let y = Tensor(uninitialized: outputShape, dtype: x.dtype)
    for band in 0..<bands { kernel.run(x.band(band, of: bands), into: y.band(band, of: bands)) }
    return y
  }
}
