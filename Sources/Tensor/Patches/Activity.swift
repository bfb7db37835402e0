import CKernels

/// Which elements of an image batch a rectifier lets through, one bit each: all that its backward pass needs.
struct Activity {
  private let bits: SavedTensor
  private let rows: Int64
  private let channels: Int64
  private let batch: Int

  /// Applies act(x · scale + shift + residual) and keeps which elements it let through.
  static func normalizing(
    _ x: Tensor, scale: Tensor, shift: Tensor, activation: Activation, residual: Tensor?
  ) -> (output: Tensor, activity: Activity) {
    let (rows, channels) = (Int64(x.shape.matrix.rows), Int64(x.shape[-1]))
    let bits = Tensor(uninitialized: [Int(ck_activity_bytes(rows, channels))], dtype: .uint8)
    let y = x.similar
    let address = bits.pointer.assumingMemoryBound(to: UInt8.self)
    Ledger.kernel("batch norm", operations: Double(x.count) * (residual == nil ? 3 : 4)) {
      x.byType(
        "batchNorm",
        float32: {
          ck_activity_normalize_f32(
            x.floats, residual?.floats, scale.floats, shift.floats, activation.kernel, y.floats, address, rows, channels
          )
        },
        bfloat16: {
          ck_activity_normalize_bf16(
            x.bfloats, residual?.bfloats, scale.floats, shift.floats, activation.kernel, y.bfloats, address, rows,
            channels)
        })
    }
    let saved = SavedTensor(bits, by: "batch norm")
    return (y, Activity(bits: saved, rows: rows, channels: channels, batch: x.shape[0]))
  }

  private func withBits<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
    let bits = bits.tensor
    return withExtendedLifetime(bits) { body(UnsafePointer(bits.pointer.assumingMemoryBound(to: UInt8.self))) }
  }

  /// input = scale · dz and residual = dz, where dz is the cotangent at active elements and 0 elsewhere.
  func backward(_ cotangent: Tensor, scale: Tensor?, input: Tensor?, residual: Tensor?) {
    withBits { bits in
      Ledger.kernel("batch norm input gradient", operations: 2 * Double(cotangent.count)) {
        cotangent.byType(
          "batchNorm",
          float32: {
            ck_activity_backward_f32(
              cotangent.floats, bits, scale?.floats, input?.floats, residual?.floats, rows, channels)
          },
          bfloat16: {
            ck_activity_backward_bf16(
              cotangent.bfloats, bits, scale?.floats, input?.bfloats, residual?.bfloats, rows, channels)
          })
      }
    }
  }

  /// Σ dz over the pixels: [C].
  func sums(_ cotangent: Tensor) -> Tensor {
    let sums = Tensor(uninitialized: [Int(channels)])
    let scratch = Storage(byteCount: Int(ck_activity_scratch(channels)))
    withBits { bits in
      Ledger.kernel("batch norm reduction", operations: Double(cotangent.count)) {
        cotangent.byType(
          "batchNorm",
          float32: { ck_activity_sums_f32(cotangent.floats, bits, sums.floats, scratch.pointer, rows, channels) },
          bfloat16: { ck_activity_sums_bf16(cotangent.bfloats, bits, sums.floats, scratch.pointer, rows, channels) })
      }
    }
    return sums
  }

  /// The share of active pixels in each patch: [N, rows, columns, C].
  func fractions(over grid: PatchGrid) -> Tensor {
    let fractions = Tensor(uninitialized: [batch, grid.count.height, grid.count.width, Int(channels)])
    var kernelGrid = grid.kernelGrid(batch: batch, channels: Int(channels))
    withBits { bits in
      Ledger.kernel("activity fractions", operations: Double(rows * channels)) {
        ck_activity_fractions(&kernelGrid, bits, fractions.floats)
      }
    }
    return fractions
  }
}
