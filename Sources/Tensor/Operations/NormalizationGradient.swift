import CKernels

/// The images that the backward pass of a batch normalisation reads beside its cotangent.
struct NormalizationImages {
  let input: Tensor
  let residual: Tensor?
  let output: Tensor?

  func rows(_ rows: Range<Int>) -> NormalizationImages {
    NormalizationImages(input: input.rows(rows), residual: residual?.rows(rows), output: output?.rows(rows))
  }
}

/// The gradient of a batch normalisation's input, before anything has read it.
struct NormalizationGradient: DeferredRows {
  private let normalization: BatchNormalization
  private let cotangent: Tensor
  private let images: NormalizationImages
  private let sums: (gamma: Tensor, beta: Tensor)?
  /// The module that normalises, which the work is entered for.
  private let path = Scope.path

  /// - Parameter sums: the gradients of weight and bias, through which the batch's statistics depend on the input; nil in
  ///   evaluation.
  init(
    _ normalization: BatchNormalization, _ cotangent: Tensor, _ images: NormalizationImages,
    sums: (gamma: Tensor, beta: Tensor)?
  ) {
    (self.normalization, self.cotangent, self.images, self.sums) = (normalization, cotangent, images, sums)
  }

  /// The gradient as a tensor that computes itself when it is read.
  var tensor: Tensor { Tensor(deferred: self, shape: images.input.shape, dtype: images.input.dtype) }

  /// The gradients of input and residual, made in one pass.
  func withResidual() -> (input: Tensor?, residual: Tensor?) {
    let (dx, dz) = (images.input.similar, images.input.similar)
    fill(dx.pointer, residual: dz.pointer, rows: 0..<rowCount)
    return (dx, dz)
  }

  /// What a product reads to compute some rows on the way; nil where these are not float32 rows of training without a
  /// residual.
  func lines() -> NormalizationLines? {
    guard let sums, images.input.dtype == .float32, images.residual == nil, images.output == nil else { return nil }
    let (slope, offset) = (sums.gamma.similar, sums.beta.similar)
    normalization.withSaved {
      ck_batch_norm_gradient_fold(
        $0, sums.gamma.floats, sums.beta.floats, Int64(rowCount), slope.floats, offset.floats, Int64(slope.count))
    }
    return NormalizationLines(
      cotangent: cotangent, input: images.input, scale: normalization.scale, shift: normalization.shift, slope: slope,
      offset: offset, activation: normalization.activation, path: path)
  }

  var rowCount: Int { images.input.shape.matrix.rows }

  func fill(_ address: UnsafeMutableRawPointer, rows: Range<Int>) { fill(address, residual: nil, rows: rows) }

  /// Computes some rows, those of the residual's gradient too where there is an address for them.
  private func fill(_ address: UnsafeMutableRawPointer, residual: UnsafeMutableRawPointer?, rows: Range<Int>) {
    let (part, cotangent) = (images.rows(rows), cotangent.rows(rows))
    let (count, channels, total) = (Int64(rows.count), Int64(part.input.shape[-1]), Int64(rowCount))
    NormalizationGradient.entering(part.input.count, of: path) {
      normalization.withSaved { saved in
        part.input.byType(
          "batchNorm",
          float32: {
            ck_batch_norm_backward_apply_f32(
              saved, part.input.floats, part.residual?.floats, part.output?.floats, cotangent.floats,
              sums?.gamma.floats, sums?.beta.floats, address.assumingMemoryBound(to: Float.self),
              residual?.assumingMemoryBound(to: Float.self), count, channels, total)
          },
          bfloat16: {
            ck_batch_norm_backward_apply_bf16(
              saved, part.input.bfloats, part.residual?.bfloats, part.output?.bfloats, cotangent.bfloats,
              sums?.gamma.floats, sums?.beta.floats, address.assumingMemoryBound(to: UInt16.self),
              residual?.assumingMemoryBound(to: UInt16.self), count, channels, total)
          })
      }
    }
  }

  /// Runs the kernel that computes some elements, or nothing where another kernel does it on the way.
  static func entering(_ elements: Int, of path: String, _ body: () -> Void = {}) {
    Ledger.kernel("batch norm input gradient", of: path, operations: 5 * Double(elements), body)
  }
}

/// The gradient of a batch normalisation's input as a line through its input for each channel, which a product computes
/// while it reads: scale · cotangent · act′(scale · input + shift) + slope · input + offset.
struct NormalizationLines {
  let cotangent: Tensor
  let input: Tensor
  let scale: Tensor
  let shift: Tensor
  let slope: Tensor
  let offset: Tensor
  let activation: Activation
  /// The module that normalises, which the work is entered for.
  let path: String
}
