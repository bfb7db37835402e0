import CKernels

extension Tensor {
  /// eˣ / Σ eˣ along the last axis.
  public func softmax() -> Tensor {
    let (rows, width) = (Int64(shape.matrix.rows), Int64(shape.matrix.width))
    let y = similar
    Ledger.kernel("softmax", operations: 6 * Double(count)) {
      byType(
        "softmax", float32: { ck_softmax_forward_f32(floats, y.floats, rows, width) },
        bfloat16: { ck_softmax_forward_bf16(bfloats, y.bfloats, rows, width) })
    }
    y.traced(.softmax, [self])
    guard Tensor.wantsGradient([self]) else { return y.inspected("softmax") }
    let saved = SavedTensor(y, by: "softmax")
    return y.recorded("softmax", inputs: [self]) { cotangent, _ in
      let (output, dx) = (saved.tensor, cotangent.similar)
      Ledger.kernel("softmax", operations: 4 * Double(output.count)) {
        output.byType(
          "softmax",
          float32: { ck_softmax_backward_f32(output.floats, cotangent.floats, dx.floats, rows, width) },
          bfloat16: { ck_softmax_backward_bf16(output.bfloats, cotangent.bfloats, dx.bfloats, rows, width) })
      }
      return [dx]
    }
  }

  /// x − log Σ eˣ along the last axis.
  public func logSoftmax() -> Tensor {
    let (rows, width) = (Int64(shape.matrix.rows), Int64(shape.matrix.width))
    let y = similar
    Ledger.kernel("log-softmax", operations: 6 * Double(count)) {
      byType(
        "logSoftmax", float32: { ck_log_softmax_forward_f32(floats, y.floats, rows, width) },
        bfloat16: { ck_log_softmax_forward_bf16(bfloats, y.bfloats, rows, width) })
    }
    y.traced(.logSoftmax, [self])
    guard Tensor.wantsGradient([self]) else { return y.inspected("log-softmax") }
    let saved = SavedTensor(y, by: "log-softmax")
    return y.recorded("log-softmax", inputs: [self]) { cotangent, _ in
      let (output, dx) = (saved.tensor, cotangent.similar)
      Ledger.kernel("log-softmax", operations: 5 * Double(output.count)) {
        output.byType(
          "logSoftmax",
          float32: { ck_log_softmax_backward_f32(output.floats, cotangent.floats, dx.floats, rows, width) },
          bfloat16: { ck_log_softmax_backward_bf16(output.bfloats, cotangent.bfloats, dx.bfloats, rows, width) })
      }
      return [dx]
    }
  }
}
