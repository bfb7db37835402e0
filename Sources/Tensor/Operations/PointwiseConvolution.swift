import CKernels

/// Pointwise convolution by kernels of our own, which compute a norm before it, or the gradient of one behind it, while they read,
/// and fetch the next rows while they multiply. All gradients are made in one pass over that of the output; it also sums what the
/// norm before wants to know. No number of channels has to fill vectors.
struct PointwiseConvolution {
  /// The numbers of a vector: with fewer channels most of it would be empty.
  private static let leastChannels = 16

  private let geometry: ConvolutionGeometry

  /// nil where oneDNN's kernels are to be used.
  init?(_ geometry: ConvolutionGeometry) {
    let fillsVectors = min(geometry.inputChannels, geometry.outputChannels) >= PointwiseConvolution.leastChannels
    guard Compute.hasWideRegisters, geometry.isPointwise, geometry.groups == 1, fillsVectors,
      geometry.arithmetic == .float32
    else { return nil }
    self.geometry = geometry
  }

  /// Weights and bias as the forward pass reads them.
  func packed(_ weight: Tensor, _ bias: Tensor?) -> Tensor {
    let (inputs, outputs) = (Int64(geometry.inputChannels), Int64(geometry.outputChannels))
    let result = Tensor(uninitialized: [Int(ck_pointwise_packed_size(inputs, outputs)) / DType.float32.byteCount])
    Ledger.kernel("reorder") { ck_pointwise_pack(inputs, outputs, weight.floats, bias?.floats, result.floats) }
    return result
  }

  /// Fills `output` from one of some equal bands of the input; this geometry is that of a band.
  func forward(_ input: NormalizedOperand, _ band: Int, of bands: Int, packed: Tensor, into output: Tensor) {
    let (inputs, outputs) = (Int64(geometry.inputChannels), Int64(geometry.outputChannels))
    let rows = Int64(output.shape.matrix.rows)
    let scratch = Storage(byteCount: Int(ck_pointwise_forward_scratch(inputs)))
    input.read(band, of: bands) { input in
      output.filled(as: .float32) { result in
        Ledger.kernel("convolution", operations: geometry.operations) {
          ck_pointwise_forward(rows, inputs, outputs, input, packed.floats, result.floats, scratch.pointer)
        }
      }
    }
  }

  /// Fills the gradients from that of the output: in one pass where the kernel can read and show everything on its own, else in
  /// some equal bands.
  func backward(_ cotangent: Tensor, input: Tensor?, weight: Tensor, into targets: WeightedGradients, bands: Int) {
    let difference = NormalizedOperand(cotangent)
    let source = targets.weight == nil ? nil : input.map { NormalizedOperand($0) }
    let watcher = targets.input == nil ? nil : targets.watcher
    let sums = (watcher as? NormalizationSums).flatMap { $0.reads(source) ? $0 : nil }
    let isDirect = difference.isDirect && source?.isDirect ?? true && targets.input?.dtype ?? .float32 == .float32
    if isDirect && (watcher == nil || sums != nil) {
      guard let sums else { return fill(targets, difference, source, weight, band: 0, of: 1, watch: nil) }
      sums.watchingAll { fill(targets, difference, source, weight, band: 0, of: 1, watch: $0) }
    } else {
      fill(targets, difference, source, weight, bands: bands)
    }
  }

  private func fill(
    _ targets: WeightedGradients, _ difference: NormalizedOperand, _ source: NormalizedOperand?, _ weight: Tensor,
    bands: Int
  ) {
    var sums = WeightSums(targets)
    for band in 0..<bands {
      let next = sums.next()
      var gradients = WeightedGradients(weight: next?.weight, bias: next?.bias)
      if let inputGradient = targets.input?.band(band, of: bands) {
        inputGradient.filled(as: .float32) {
          gradients.input = $0
          fill(gradients, difference, source, weight, band: band, of: bands, watch: nil)
        }
        targets.showInput(band, of: bands)
      } else {
        fill(gradients, difference, source, weight, band: band, of: bands, watch: nil)
      }
      sums.add()
    }
  }

  private func fill(
    _ gradients: WeightedGradients, _ difference: NormalizedOperand, _ source: NormalizedOperand?, _ weight: Tensor,
    band: Int, of bands: Int, watch: UnsafePointer<ck_norm_watch>?
  ) {
    let (inputs, outputs) = (Int64(geometry.inputChannels), Int64(geometry.outputChannels))
    let rows = Int64(geometry.batch * geometry.height * geometry.width / bands)
    let scratch = Storage(byteCount: Int(ck_pointwise_backward_scratch(inputs, outputs)))
    var targets = ck_pointwise_gradients(
      input: gradients.input?.floats, weight: gradients.weight?.floats, bias: gradients.bias?.floats)
    let operations = Double(gradients.products) * geometry.operations / Double(bands)
    difference.read(band, of: bands) { difference in
      NormalizedOperand.read(source, band, of: bands) { source in
        Ledger.kernel(gradients.operation, operations: operations) {
          ck_pointwise_backward(
            rows, inputs, outputs, source, difference, weight.floats, &targets, watch, scratch.pointer)
        }
      }
    }
  }
}

extension WeightedGradients {
  /// The name under which the ledger enters them.
  fileprivate var operation: StaticString {
    switch (input, weight) {
    case (_, nil): "convolution input gradient"
    case (nil, _): "convolution weight gradient"
    default: "convolution gradients"
    }
  }

  /// How many products they are.
  fileprivate var products: Int { [input, weight].compactMap(\.self).count }
}
