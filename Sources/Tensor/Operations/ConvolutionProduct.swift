/// The result of a convolution before anything has read it.
///
/// A batch norm that reads it first sees each band of it right after it was computed, or, where nothing is recorded, becomes a part
/// of it.
struct ConvolutionProduct: DeferredElements {
  enum Kernel {
    case product(WeightedPlan)
    case winograd(WinogradConvolution)
    case pointwise(PointwiseConvolution)
    case depthwise(DepthwiseConvolution)
  }

  /// Computes one band.
  let kernel: Kernel
  /// That of one band.
  let geometry: ConvolutionGeometry
  let outputShape: Shape
  let x: Tensor
  /// In the layout of the kernel.
  let weight: Tensor
  /// In its own layout, of an expansion: a pointwise convolution to more channels.
  let expandingWeight: Tensor?
  let bias: Tensor?
  let bands: Int
  /// The layer, which the work is entered for.
  let path = Scope.path

  /// Keeps weights and bias as they are now: others change them in place.
  /// - Parameter isRecorded: whether the convolution is recorded: then a batch norm looks at each band, and kernels for training are
  ///   chosen.
  init(_ geometry: ConvolutionGeometry, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, isRecorded: Bool) {
    (outputShape, self.x) = (geometry.outputShape, x.detached)
    bands = geometry.bands(reading: [x], isShown: isRecorded)
    let band = geometry.band(of: bands)
    self.geometry = band
    let expands = geometry.isPointwise && geometry.groups == 1 && geometry.outputChannels > geometry.inputChannels
    expandingWeight = expands && !isRecorded ? weight.copied() : nil
    if band.isDepthwise {
      kernel = .depthwise(DepthwiseConvolution(band))
      self.weight = weight.copied()
    } else if let convolution = WinogradConvolution(band, isTrained: isRecorded) {
      kernel = .winograd(convolution)
      self.weight = convolution.packed(weight)
    } else if isRecorded, let convolution = PointwiseConvolution(band) {
      kernel = .pointwise(convolution)
      self.weight = convolution.packed(weight, bias)
    } else {
      let plan = ConvolutionPlan.plan(for: band)
      kernel = .product(plan)
      self.weight = plan.packed(weight, isCopy: true)
    }
    self.bias = bias?.copied()
  }

  var rowCount: Int { outputShape.matrix.rows }

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
    case .winograd(let convolution):
      convolution.forward(x.band(band, of: bands), packed: weight, .init(shift: bias), into: y)
    case .pointwise(let convolution):
      convolution.forward(NormalizedOperand(x), band, of: bands, packed: weight, into: y)
    case .depthwise(let convolution): convolution.forward(x, band, of: bands, weight, bias, into: y)
    }
  }
}
