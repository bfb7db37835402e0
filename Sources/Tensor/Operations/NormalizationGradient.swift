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

  var rowCount: Int { images.input.shape.matrix.rows }

  func fill(_ address: UnsafeMutableRawPointer, rows: Range<Int>) { fill(address, residual: nil, rows: rows) }

  /// Computes some rows, those of the residual's gradient too where there is an address for them.
  private func fill(_ address: UnsafeMutableRawPointer, residual: UnsafeMutableRawPointer?, rows: Range<Int>) {
    let (part, cotangent) = (images.rows(rows), cotangent.rows(rows))
    let (count, channels, total) = (Int64(rows.count), Int64(part.input.shape[-1]), Int64(rowCount))
    Ledger.kernel("batch norm input gradient", of: path, operations: 5 * Double(part.input.count)) {
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
}
