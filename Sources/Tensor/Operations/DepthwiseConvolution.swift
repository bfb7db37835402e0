import CKernels

/// Depthwise convolution by kernels of our own: oneDNN's channels-last ones reach half the speed.
struct DepthwiseConvolution {
  private let geometry: ConvolutionGeometry

  init(_ geometry: ConvolutionGeometry) { self.geometry = geometry }

  var shape: ck_depthwise_shape {
    ck_depthwise_shape(
      batch: Int64(geometry.batch), height: Int64(geometry.height), width: Int64(geometry.width),
      channels: Int64(geometry.inputChannels), outputHeight: Int64(geometry.outputHeight),
      outputWidth: Int64(geometry.outputWidth), kernelHeight: Int64(geometry.kernelHeight),
      kernelWidth: Int64(geometry.kernelWidth), strideHeight: Int64(geometry.options.stride.height),
      strideWidth: Int64(geometry.options.stride.width), dilationHeight: Int64(geometry.options.dilation.height),
      dilationWidth: Int64(geometry.options.dilation.width), paddingTop: Int64(geometry.options.padding.top),
      paddingLeft: Int64(geometry.options.padding.left))
  }

  /// Runs a body on the elements to read and on what to do with them on the way: where `x` is a normalisation that nothing
  /// has read yet, the kernel normalises.
  private func reading(
    _ x: Tensor, _ band: Int, of bands: Int, _ body: (Tensor, UnsafePointer<ck_depthwise_transform>?) -> Void
  ) {
    guard let normalized = x.storage.deferred as? NormalizedElements, normalized.source.shape == x.shape else {
      return body(x.band(band, of: bands), nil)
    }
    var transform = ck_depthwise_transform(
      scale: normalized.scale.floats, shift: normalized.shift.floats, activation: normalized.activation.kernel)
    withExtendedLifetime(normalized) { body(normalized.source.band(band, of: bands), &transform) }
  }

  /// Fills the output of one of some equal bands of images; this geometry is that of a band.
  func forward(_ x: Tensor, _ band: Int, of bands: Int, _ weight: Tensor, _ bias: Tensor?, into y: Tensor) {
    var shape = shape
    let scratch = Storage(byteCount: Int(ck_depthwise_scratch(&shape)))
    reading(x, band, of: bands) { x, transform in
      Ledger.kernel("depthwise convolution", operations: geometry.operations) {
        switch x.dtype {
        case .bfloat16:
          ck_depthwise_forward_bf16(
            &shape, x.bfloats, transform, weight.floats, bias?.floats, y.bfloats, scratch.pointer)
        default:
          ck_depthwise_forward_f32(&shape, x.floats, transform, weight.floats, bias?.floats, y.floats, scratch.pointer)
        }
      }
    }
  }

  /// Fills gradients from the gradient of the output: in one pass where a kernel makes all of them, else band by band of images.
  func backward(_ cotangent: Tensor, input: Tensor?, weight: Tensor, into targets: WeightedGradients, bands: Int) {
    if let input, fillInOnePass(cotangent, input: input, weight: weight, into: targets) { return }
    let kernels = DepthwiseConvolution(geometry.band(of: bands))
    var sums = WeightSums(targets)
    targets.fill(
      from: cotangent, bands: bands, as: cotangent.dtype,
      weights: { band, difference in
        guard let input, let (weight, bias) = sums.next() else { return }
        kernels.backwardWeights(input, band, of: bands, difference, into: weight, bias: bias)
        sums.add()
      },
      input: { kernels.backwardData($0, weight, into: $1) })
  }

  /// Fills gradients in one pass over that of the output, computed on the way where it is that of a norm; false where there is no
  /// kernel for it.
  private func fillInOnePass(
    _ cotangent: Tensor, input: Tensor, weight: Tensor, into targets: WeightedGradients
  ) -> Bool {
    let difference = NormalizedOperand(cotangent)
    if case .normalized = difference { return false }
    guard input.dtype == .float32, difference.isDirect, let inputGradient = targets.input,
      let weightGradient = targets.weight
    else { return false }
    let sums = (targets.watcher as? NormalizationSums).flatMap { $0.reads(NormalizedOperand(input)) ? $0 : nil }
    guard targets.watcher == nil || sums != nil else { return false }
    var shape = shape
    let scratch = Storage(byteCount: Int(ck_depthwise_backward_scratch(&shape)))
    let fill = { (watch: UnsafePointer<ck_norm_watch>?) in
      reading(input, 0, of: 1) { x, transform in
        difference.read(0, of: 1) { difference in
          Ledger.kernel("depthwise gradients", operations: 2 * geometry.operations) {
            ck_depthwise_backward_f32(
              &shape, x.floats, transform, difference, weight.floats, inputGradient.floats, weightGradient.floats,
              targets.bias?.floats, watch, scratch.pointer)
          }
        }
      }
    }
    if let sums { sums.watchingAll { fill($0) } } else { fill(nil) }
    return true
  }

  private func backwardData(_ cotangent: Tensor, _ weight: Tensor, into gradient: Tensor) {
    var shape = shape
    let scratch = Storage(byteCount: Int(ck_depthwise_scratch(&shape)))
    Ledger.kernel("depthwise input gradient", operations: geometry.operations) {
      switch cotangent.dtype {
      case .bfloat16:
        ck_depthwise_backward_data_bf16(
          &shape, cotangent.bfloats, weight.floats, gradient.bfloats, scratch.pointer)
      default:
        ck_depthwise_backward_data_f32(&shape, cotangent.floats, weight.floats, gradient.floats, scratch.pointer)
      }
    }
  }

  private func backwardWeights(
    _ x: Tensor, _ band: Int, of bands: Int, _ cotangent: Tensor, into weight: Tensor, bias: Tensor?
  ) {
    var shape = shape
    let scratch = Storage(byteCount: Int(ck_depthwise_scratch(&shape)))
    reading(x, band, of: bands) { x, transform in
      Ledger.kernel("depthwise weight gradient", operations: geometry.operations) {
        switch x.dtype {
        case .bfloat16:
          ck_depthwise_backward_weights_bf16(
            &shape, x.bfloats, transform, cotangent.bfloats, weight.floats, bias?.floats, scratch.pointer)
        default:
          ck_depthwise_backward_weights_f32(
            &shape, x.floats, transform, cotangent.floats, weight.floats, bias?.floats, scratch.pointer)
        }
      }
    }
  }
}
