/// The result of a convolution before anything has read it.
///
/// A batch norm that reads it first sees each band of it right after it was computed.
struct ConvolutionProduct: DeferredElements {
  private enum Kernel {
    case product(WeightedPlan)
    case depthwise(DepthwiseConvolution)
  }

  /// Computes one band.
  private let kernel: Kernel
  private let outputShape: Shape
  private let x: Tensor
  /// In the layout of the kernel.
  private let weight: Tensor
  private let bias: Tensor?
  private let bands: Int
  /// The layer, which the work is entered for.
  private let path = Scope.path

  /// - Parameter isDeferred: whether weights and bias, which others change in place, must be kept as they are now.
  init(_ geometry: ConvolutionGeometry, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, isDeferred: Bool) {
    (outputShape, self.x) = (geometry.outputShape, x.detached)
    bands = geometry.bands(reading: [x], isShown: isDeferred)
    let band = geometry.band(of: bands)
    if band.isDepthwise {
      kernel = .depthwise(DepthwiseConvolution(band))
      self.weight = isDeferred ? weight.copied() : weight.detached
    } else {
      let plan = ConvolutionPlan.plan(for: band)
      kernel = .product(plan)
      self.weight = plan.packed(weight, isCopy: isDeferred)
    }
    self.bias = isDeferred ? bias?.copied() : bias?.detached
  }

  /// The result as a tensor that computes itself when it is read.
  var tensor: Tensor { Tensor(deferred: self, shape: outputShape, dtype: x.dtype) }

  func fill(_ storage: Storage, showing: (Range<Int>) -> Void) {
    let y = Tensor(storage: storage, shape: outputShape, dtype: x.dtype)
    Scope.$path.withValue(path) {
      for band in 0..<bands {
        fill(y.band(band, of: bands), band)
        showing(y.rowsOfBand(band, of: bands))
      }
    }
  }

  private func fill(_ y: Tensor, _ band: Int) {
    switch kernel {
    case .product(let plan): plan.forward(x.band(band, of: bands), packed: weight, bias, into: y)
    case .depthwise(let convolution): convolution.forward(x, band, of: bands, weight, bias, into: y)
    }
  }
}
