/// The result of a convolution before anything has read it.
///
/// A batch norm that reads it first sees each band of it right after it was computed.
struct ConvolutionProduct: DeferredElements {
  private let geometry: ConvolutionGeometry
  private let x: Tensor
  /// In the layout of the kernel.
  private let weight: Tensor
  private let bias: Tensor?
  private let bands: Int
  /// The layer, which the work is entered for.
  private let path = Scope.path

  /// - Parameter isDeferred: whether weights and bias, which others change in place, must be kept as they are now.
  init(_ geometry: ConvolutionGeometry, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, isDeferred: Bool) {
    (self.geometry, self.x) = (geometry, x.detached)
    bands = geometry.bands(reading: [x], isShown: isDeferred)
    if geometry.isDepthwise {
      self.weight = isDeferred ? weight.copied() : weight.detached
    } else {
      self.weight = ConvolutionPlan.plan(for: geometry.band(of: bands)).packed(weight, isCopy: isDeferred)
    }
    self.bias = isDeferred ? bias?.copied() : bias?.detached
  }

  /// The result as a tensor that computes itself when it is read.
  var tensor: Tensor { Tensor(deferred: self, shape: geometry.outputShape, dtype: x.dtype) }

  func fill(_ storage: Storage, showing: (Range<Int>) -> Void) {
    let y = Tensor(storage: storage, shape: geometry.outputShape, dtype: x.dtype)
    let rows = y.shape.matrix.rows / bands
    Scope.$path.withValue(path) {
      for band in 0..<bands {
        fill(y.band(band, of: bands), band)
        showing(band * rows..<(band + 1) * rows)
      }
    }
  }

  private func fill(_ y: Tensor, _ band: Int) {
    let geometry = geometry.band(of: bands)
    if geometry.isDepthwise {
      DepthwiseConvolution(geometry).forward(x, band, of: bands, weight, bias, into: y)
    } else {
      ConvolutionPlan.plan(for: geometry).forward(x.band(band, of: bands), packed: weight, bias, into: y)
    }
  }
}
