extension ConvolutionGeometry {
  /// A band's input and output together take about so many bytes, so that they stay in the caches.
  private static let bandBytes = 4 << 20
  /// Inputs and outputs that take less together stay in the caches as they are.
  private static let cachedBytes = 24 << 20

  /// Whether each output pixel depends on the input pixel at its place alone: then any rows of pixels make a band.
  var isPointwise: Bool {
    kernelHeight == 1 && kernelWidth == 1 && options.stride == 1 && options.padding == 0
  }

  /// How many equal bands to compute one after the other; one where nothing gains from it.
  /// - Parameters:
  ///   - operands: those whose elements are read.
  ///   - isShown: whether each band is shown to somebody.
  func bands(reading operands: [Tensor?], isShown: Bool) -> Int {
    let type = isDepthwise ? dtype : arithmetic
    guard isShown || operands.contains(where: { $0?.gainsFromBands(as: type) ?? false }) else { return 1 }
    let elements = batch * (height * width * inputChannels + outputHeight * outputWidth * outputChannels)
    let bytes = elements * type.byteCount
    if bytes < ConvolutionGeometry.cachedBytes { return 1 }
    let weights = outputChannels * (inputChannels / groups) * kernelHeight * kernelWidth
    let least = max(ConvolutionGeometry.bandBytes, 2 * weights * DType.float32.byteCount)
    let units = isPointwise ? batch * height * width : batch
    let wanted = min(bytes / least, units)
    guard wanted > 1 else { return 1 }
    return (wanted...min(2 * wanted, units)).first { units % $0 == 0 } ?? 1
  }

  /// The geometry of one of some equal bands: of images, or of pixels in one long row.
  func band(of count: Int) -> ConvolutionGeometry {
    if count == 1 { return self }
    if isPointwise { return rows(batch * height * width / count) }
    var band = self
    band.batch /= count
    return band
  }

  /// The geometry of some pixels of a pointwise convolution, in one long row.
  func rows(_ count: Int) -> ConvolutionGeometry {
    var row = self
    (row.batch, row.height, row.width, row.outputHeight, row.outputWidth) = (1, 1, count, 1, count)
    return row
  }
}
