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
    if rows.lowerBound == 0 { _ = begin() }
    guard let scratch else { return }
    let part = images().rows(rows)
    rowsSeen += rows.count
    enter(band.count) {
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

  /// Whether the sums take nothing but the cotangent and the source of a norm, which a product reads.
  func reads(_ operand: NormalizedOperand?) -> Bool {
    guard case .normalized(let elements)? = operand else { return false }
    let images = images()
    return images.residual == nil && images.output == nil && images.input.storage === elements.source.storage
      && images.input.byteOffset == elements.source.byteOffset && images.input.shape.matrix.rows == elements.rowCount
  }

  /// Runs a body that makes the cotangent and adds all of it to the sums on the way.
  func watchingAll(_ body: (UnsafePointer<ck_norm_watch>) -> Void) {
    let (input, scratch) = (images().input, begin())
    rowsSeen = rowCount
    enter(input.count) {}
    normalization.withSaved { saved in
      var watch = ck_norm_watch(saved: saved, input: input.floats, sums: scratch.pointer)
      body(&watch)
    }
  }

  private func enter(_ elements: Int, _ body: () -> Void) {
    Ledger.kernel("batch norm reduction", of: path, operations: 4 * Double(elements), body)
  }

  private func begin() -> Storage {
    let scratch = Storage(byteCount: Int(ck_batch_norm_scratch(channels)))
    ck_batch_norm_sums_begin(channels, scratch.pointer)
    (self.scratch, rowsSeen) = (scratch, 0)
    return scratch
  }

  /// The sums over a cotangent, all of which has been seen or is seen now.
  func finish(_ cotangent: Tensor) -> (gamma: Tensor, beta: Tensor) {
    if rowsSeen != rowCount { see(cotangent, rows: 0..<rowCount) }
    let (gamma, beta) = (Tensor(uninitialized: [Int(channels)]), Tensor(uninitialized: [Int(channels)]))
    if let scratch {
      normalization.withSaved { ck_batch_norm_sums_end($0, channels, gamma.floats, beta.floats, scratch.pointer) }
    }
    forget()
    return (gamma, beta)
  }

  /// Lets go of what was seen of a cotangent whose sums nobody wants.
  func forget() { (scratch, rowsSeen) = (nil, 0) }
}
