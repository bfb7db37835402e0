import CKernels

/// How a resized image takes its pixels from the old one, as in PyTorch's `interpolate`.
public enum ResizeMode: String, Sendable, Hashable, CaseIterable {
  /// The pixel at ⌊y·H/H'⌋.
  case nearest
  /// Between the pixels around (y + ½)·H/H' − ½.
  case bilinear
  /// Between the pixels around y·(H − 1)/(H' − 1): corners stay corners.
  case bilinearAligned

  fileprivate var kernel: ck_resize_mode {
    switch self {
    case .nearest: ck_resize_nearest
    case .bilinear: ck_resize_bilinear
    case .bilinearAligned: ck_resize_bilinear_aligned
    }
  }
}

extension Tensor {
  /// An image batch [N, H, W, C] at another height and width.
  public func resized(to size: Pair, mode: ResizeMode = .bilinear) -> Tensor {
    Scope.require(
      shape.rank == 4 && size.height > 0 && size.width > 0, "resized",
      "an image batch [N, H, W, C] and a size above zero are expected, found \(shape) and \(size)")
    let plan = ck_resize_shape(
      batch: Int64(shape[0]), height: Int64(shape[1]), width: Int64(shape[2]), channels: Int64(shape[3]),
      outputHeight: Int64(size.height), outputWidth: Int64(size.width), mode: mode.kernel)
    let y = Tensor(uninitialized: [shape[0], size.height, size.width, shape[3]], dtype: dtype)
    var geometry = plan
    let scratch = Storage(byteCount: Int(ck_resize_scratch(&geometry)))
    Ledger.kernel("resize", operations: 8 * Double(y.count)) {
      byType(
        "resized", float32: { ck_resize_forward_f32(&geometry, floats, y.floats, scratch.pointer) },
        bfloat16: { ck_resize_forward_bf16(&geometry, bfloats, y.bfloats, scratch.pointer) })
    }
    y.traced(.resize(size, mode), [self])
    let inputShape = shape
    return y.recorded("resize", inputs: [self]) { cotangent, _ in
      let dx = Tensor(uninitialized: inputShape, dtype: cotangent.dtype)
      var geometry = plan
      let scratch = Storage(byteCount: Int(ck_resize_scratch(&geometry)))
      Ledger.kernel("resize", operations: 8 * Double(cotangent.count)) {
        cotangent.byType(
          "resized",
          float32: { ck_resize_backward_f32(&geometry, cotangent.floats, dx.floats, scratch.pointer) },
          bfloat16: { ck_resize_backward_bf16(&geometry, cotangent.bfloats, dx.bfloats, scratch.pointer) })
      }
      return [dx]
    }
  }
}
