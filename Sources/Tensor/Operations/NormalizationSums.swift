import CKernels

/// The gradients of scale and shift of a batch normalisation, summed over its cotangent: while that is being made, or in a
/// pass of its own.
final class NormalizationSums: CotangentWatcher, @unchecked Sendable {
  private let normalization: BatchNormalization
  private let images: () -> NormalizationImages
  private let rowCount: Int
  private let channels: Int64
  /// The module that normalises, which the work is entered for.
  private let path = Scope.path
  private var scratch: Storage?
  private var rowsSeen = 0

  /// - Parameter images: what the forward pass kept, asked for when a cotangent is seen.
  init(_ normalization: BatchNormalization, shape: Shape, images: @escaping () -> NormalizationImages) {
    (self.normalization, self.images) = (normalization, images)
    (rowCount, channels) = (shape.matrix.rows, Int64(shape[-1]))
  }

  func see(_ band: Tensor, rows: Range<Int>) {
    if rows.lowerBound == 0 { begin() }
    guard let scratch else { return }
    let part = images().rows(rows)
    rowsSeen += rows.count
    Ledger.kernel("batch norm reduction", of: path, operations: 4 * Double(band.count)) {
      normalization.withSaved { saved in
        band.byType(
          "batchNorm",
          float32: {
            ck_batch_norm_sums_add_f32(
              saved, part.input.floats, part.residual?.floats, part.output?.floats, band.floats, Int64(rows.count),
              channels, scratch.pointer)
          },
          bfloat16: {
            ck_batch_norm_sums_add_bf16(
              saved, part.input.bfloats, part.residual?.bfloats, part.output?.bfloats, band.bfloats,
              Int64(rows.count), channels, scratch.pointer)
          })
      }
    }
  }

  private func begin() {
    let scratch = Storage(byteCount: Int(ck_batch_norm_scratch(channels)))
    ck_batch_norm_sums_begin(channels, scratch.pointer)
    (self.scratch, rowsSeen) = (scratch, 0)
  }

  /// The sums over a cotangent, all of which has been seen or is seen now.
  func finish(_ cotangent: Tensor) -> (gamma: Tensor, beta: Tensor) {
    if rowsSeen != rowCount { see(cotangent, rows: 0..<rowCount) }
    let (gamma, beta) = (Tensor(uninitialized: [Int(channels)]), Tensor(uninitialized: [Int(channels)]))
    if let scratch {
      normalization.withSaved { ck_batch_norm_sums_end($0, channels, gamma.floats, beta.floats, scratch.pointer) }
    }
    (scratch, rowsSeen) = (nil, 0)
    return (gamma, beta)
  }
}
