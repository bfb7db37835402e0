import CKernels

/// Mean and variance of each channel of an image batch that is seen band by band.
final class NormalizationStatistics {
  private let channels: Int64
  private let scratch: Storage
  /// The module that normalises, which the work is entered for.
  private let path = Scope.path
  private var rows: Int64 = 0

  init(channels: Int) {
    self.channels = Int64(channels)
    scratch = Storage(byteCount: Int(ck_batch_norm_scratch(self.channels)))
  }

  /// Takes the rows of a matrix [rows, channels] into account.
  func add(_ band: Tensor) {
    let count = Int64(band.shape.matrix.rows)
    let isFirst = rows == 0
    rows += count
    Ledger.kernel("batch norm statistics", of: path, operations: 3 * Double(band.count)) {
      band.byType(
        "batchNorm",
        float32: {
          if isFirst { ck_batch_norm_statistics_begin_f32(band.floats, count, channels, scratch.pointer) }
          ck_batch_norm_statistics_add_f32(band.floats, count, channels, scratch.pointer)
        },
        bfloat16: {
          if isFirst { ck_batch_norm_statistics_begin_bf16(band.bfloats, count, channels, scratch.pointer) }
          ck_batch_norm_statistics_add_bf16(band.bfloats, count, channels, scratch.pointer)
        })
    }
  }

  /// Writes mean and biased variance, [channels].
  func finish(into mean: Tensor, _ variance: Tensor) {
    ck_batch_norm_statistics_end(rows, channels, mean.floats, variance.floats, scratch.pointer)
  }
}
