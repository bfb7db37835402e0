import CKernels

extension Tensor {
  /// The elements converted to another type; the gradient is converted back.
  ///
  /// float32 ↔ bfloat16 rounds to nearest even; uint8, int32 and int64 convert to float32.
  public func cast(to target: DType) -> Tensor {
    if target == dtype { return self }
    let source = dtype
    let result = Tensor(uninitialized: shape, dtype: target)
    convert(into: result)
    result.traced(.cast(target), [self])
    return result.recorded("cast", inputs: [self]) { cotangent, _ in [cotangent.cast(to: source)] }
  }

  /// Fills this tensor through another type: the body fills a tensor of that type, which is then converted.
  func filled(as type: DType, _ body: (Tensor) -> Void) {
    if type == dtype {
      body(self)
    } else {
      let result = Tensor(uninitialized: shape, dtype: type)
      body(result)
      result.convert(into: self)
    }
  }

  private func convert(into result: Tensor) {
    let count = Int64(count)
    Ledger.kernel("cast") {
      switch (dtype, result.dtype) {
      case (.float32, .bfloat16): ck_cast_f32_bf16(floats, result.bfloats, count)
      case (.bfloat16, .float32): ck_cast_bf16_f32(bfloats, result.floats, count)
      case (.uint8, .float32):
        ck_cast_u8_f32(pointer.assumingMemoryBound(to: UInt8.self), 1, 0, result.floats, count)
      case (.int32, .float32): ck_cast_i32_f32(pointer.assumingMemoryBound(to: Int32.self), result.floats, count)
      case (.int64, .float32): ck_cast_i64_f32(pointer.assumingMemoryBound(to: Int64.self), result.floats, count)
      default: Scope.fail("cast", "there is no conversion from \(dtype) to \(result.dtype)")
      }
    }
  }

  /// Whether no element is NaN or infinite; true for integers.
  public var isFinite: Bool {
    switch dtype {
    case .float32: ck_first_non_finite_f32(floats, Int64(count)) < 0
    case .bfloat16: ck_first_non_finite_bf16(bfloats, Int64(count)) < 0
    default: true
    }
  }
}
