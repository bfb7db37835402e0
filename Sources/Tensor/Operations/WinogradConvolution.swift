import CKernels

/// Convolution with kernels of 3×3 by Winograd's algorithm: kernels of our own that multiply 2.25 times less often than the sum
/// of taps does, or 4 times in tiles of 4×4 outputs.
struct WinogradConvolution {
  /// What becomes of the sums of a channel: act(scale · sum + shift + residual).
  struct Finish {
    var scale: Tensor?
    var shift: Tensor?
    var residual: Tensor?
    var activation = Activation.identity
  }

  /// Fewer tiles do not pay for the transform of the weights and of their gradient.
  private static let leastTiles = 64
  /// Nor do fewer large tiles of an image for reading their 36 weights for each kernel.
  private static let leastLargeTiles = 16

  private let geometry: ConvolutionGeometry
  private let shape: ck_winograd_shape
  /// In tiles of 2×2, for the gradient of the weights.
  private let smallShape: ck_winograd_shape

  /// nil where the algorithm does not apply, or takes longer.
  /// - Parameter isTrained: false where nothing is recorded; then the choice does not depend on the number of images, so that their
  ///   results do not either.
  init?(_ geometry: ConvolutionGeometry, isTrained: Bool = true) {
    let options = geometry.options
    let channels = Int(CK_WINOGRAD_CHANNELS)
    let type = geometry.arithmetic
    guard type == .float32 ? Compute.hasWideRegisters : ProductType.sparesBFloat16Products,
      geometry.kernelHeight == 3, geometry.kernelWidth == 3, options.stride == 1, options.dilation == 1,
      options.groups == 1,
      geometry.inputChannels % channels == 0, geometry.outputChannels % channels == 0
    else { return nil }
    self.geometry = geometry
    let shape = ck_winograd_shape(
      batch: Int64(geometry.batch), height: Int64(geometry.height), width: Int64(geometry.width),
      inputChannels: Int64(geometry.inputChannels), outputHeight: Int64(geometry.outputHeight),
      outputWidth: Int64(geometry.outputWidth), outputChannels: Int64(geometry.outputChannels),
      paddingTop: Int64(options.padding.top), paddingLeft: Int64(options.padding.left), side: 2,
      isBFloat16: type == .bfloat16)
    // Tiles hang over odd images: at least a third of the products has to be spared.
    let sum = 9 * geometry.batch * geometry.outputHeight * geometry.outputWidth
    guard !isTrained || shape.tiles >= WinogradConvolution.leastTiles, 3 * shape.products <= 2 * sum else { return nil }
    let large = shape.withSide(4)
    let least = isTrained ? WinogradConvolution.leastTiles : WinogradConvolution.leastLargeTiles * geometry.batch
    let gains = type == .float32 && large.tiles >= least && large.products < shape.products
    (smallShape, self.shape) = (shape, gains ? large : shape)
  }

  /// Whether an activation is applied in the same pass.
  static func fuses(_ activation: Activation) -> Bool { ck_winograd_fuses(activation.kernel) }

  /// Of the square of outputs of a tile.
  var side: Int { Int(shape.side) }

  /// The type in which images are read and written.
  var arithmetic: DType { geometry.arithmetic }

  /// The convolution that gives the gradient of the input.
  private var transposedShape: ck_winograd_shape {
    ck_winograd_shape(
      batch: shape.batch, height: shape.outputHeight, width: shape.outputWidth, inputChannels: shape.outputChannels,
      outputHeight: shape.height, outputWidth: shape.width, outputChannels: shape.inputChannels,
      paddingTop: 2 - shape.paddingTop, paddingLeft: 2 - shape.paddingLeft, side: shape.side,
      isBFloat16: shape.isBFloat16)
  }

  /// The weights as the forward pass reads them.
  func packed(_ weight: Tensor) -> Tensor { packed(weight, for: shape, by: ck_winograd_pack) }

  private func packed(
    _ weight: Tensor, for shape: ck_winograd_shape,
    by pack: (UnsafePointer<ck_winograd_shape>, UnsafePointer<Float>, UnsafeMutableRawPointer) -> Void
  ) -> Tensor {
    var shape = shape
    let result = Tensor(
      uninitialized: [Int(ck_winograd_packed_size(&shape)) / arithmetic.byteCount], dtype: arithmetic)
    Ledger.kernel("reorder") { pack(&shape, weight.floats, result.pointer) }
    return result
  }

  /// Fills `output` from input and packed weights.
  func forward(_ input: Tensor, packed: Tensor, _ finish: Finish, into output: Tensor) {
    let source = input.detached.cast(to: arithmetic)
    output.filled(as: arithmetic) { result in
      Ledger.kernel("convolution", operations: geometry.operations) {
        convolve(shape, source, packed, finish, into: result)
      }
    }
  }

  private func convolve(
    _ shape: ck_winograd_shape, _ input: Tensor, _ packed: Tensor, _ finish: Finish, into output: Tensor
  ) {
    var shape = shape
    var finish = ck_winograd_finish(
      scale: finish.scale?.floats, shift: finish.shift?.floats, residual: finish.residual?.pointer,
      activation: finish.activation.kernel)
    let scratch = Storage(byteCount: Int(ck_winograd_convolve_scratch(&shape)))
    ck_winograd_convolve(&shape, input.pointer, packed.pointer, &finish, output.pointer, scratch.pointer)
  }

  /// Fills the gradients of input and weight from that of the output; this geometry is that of one of some equal bands.
  func backward(_ cotangent: Tensor, input: Tensor?, weight: Tensor, into targets: WeightedGradients, bands: Int) {
    let transposed = transposedShape
    let turned = targets.input.map { _ in packed(weight, for: transposed, by: ck_winograd_pack_transposed) }
    let sums = targets.weight.map { WinogradWeightSums(smallShape, into: $0) }
    targets.fill(
      from: cotangent, bands: bands, as: arithmetic,
      weights: { band, difference in
        guard let input, let sums else { return }
        let source = input.band(band, of: bands).cast(to: arithmetic)
        Ledger.kernel("convolution weight gradient", operations: geometry.operations) {
          sums.add(source, difference, isFirst: band == 0)
        }
      },
      input: { difference, gradient in
        guard let turned else { return }
        Ledger.kernel("convolution input gradient", operations: geometry.operations) {
          convolve(transposed, difference, turned, Finish(), into: gradient)
        }
      })
    if let sums { Ledger.kernel("reorder") { sums.finish() } }
  }
}

extension ck_winograd_shape {
  /// The same convolution in other tiles.
  fileprivate func withSide(_ side: Int64) -> ck_winograd_shape {
    var shape = self
    shape.side = side
    return shape
  }

  fileprivate var tiles: Int {
    var shape = self
    return Int(ck_winograd_tiles(&shape))
  }

  /// Of each pair of channels.
  fileprivate var products: Int { Int((side + 2) * (side + 2)) * tiles }
}

/// The gradient of the weights, summed over bands of images in an order of the kernel's own.
private struct WinogradWeightSums {
  private let shape: ck_winograd_shape
  private let gradient: Tensor
  private let sums: Tensor

  init(_ shape: ck_winograd_shape, into gradient: Tensor) {
    var shape = shape
    sums = Tensor(uninitialized: [Int(ck_winograd_sums_size(&shape)) / DType.float32.byteCount])
    (self.shape, self.gradient) = (shape, gradient)
  }

  func add(_ input: Tensor, _ cotangent: Tensor, isFirst: Bool) {
    var shape = shape
    let scratch = Storage(byteCount: Int(ck_winograd_weights_scratch(&shape)))
    ck_winograd_weights_add(&shape, input.pointer, cotangent.pointer, isFirst, sums.floats, scratch.pointer)
  }

  func finish() {
    var shape = shape
    ck_winograd_weights_end(&shape, sums.floats, gradient.floats)
  }
}
