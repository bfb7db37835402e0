import CKernels

extension Tensor {
  /// What the gradient of a function is computed from.
  private enum Kept {
    case input, result
  }

  /// A function of every element; `backward` gets the cotangent and what was kept.
  private func unary(
    _ function: ElementFunction, _ operation: ck_unary, _ name: StaticString, cost: Double, keeping kept: Kept,
    backward: @escaping (_ cotangent: Tensor, _ kept: Tensor) -> Tensor
  ) -> Tensor {
    let y = similar
    let count = Int64(count)
    Ledger.kernel(name, operations: cost * Double(count)) {
      byType(
        name, float32: { ck_unary_f32(operation, floats, y.floats, count) },
        bfloat16: { ck_unary_bf16(operation, bfloats, y.bfloats, count) })
    }
    y.traced(.function(function), [self])
    guard Tensor.wantsGradient([self]) else { return y.inspected(name) }
    let saved = SavedTensor(kept == .input ? self : y, by: name)
    return y.recorded(name, inputs: [self]) { cotangent, _ in [backward(cotangent, saved.tensor)] }
  }

  /// eˣ
  public func exp() -> Tensor {
    unary(.exp, ck_unary_exp, "exp", cost: 4, keeping: .result) { cotangent, y in cotangent * y }
  }

  /// The natural logarithm.
  public func log() -> Tensor {
    unary(.log, ck_unary_log, "log", cost: 4, keeping: .input) { cotangent, x in cotangent / x }
  }

  /// √x
  public func squareRoot() -> Tensor {
    unary(.squareRoot, ck_unary_sqrt, "square root", cost: 1, keeping: .result) { cotangent, y in
      (cotangent / y).scaled(by: 0.5)
    }
  }

  /// 1/√x
  public func reciprocalSquareRoot() -> Tensor {
    unary(.reciprocalSquareRoot, ck_unary_reciprocalSqrt, "reciprocal square root", cost: 2, keeping: .result) {
      cotangent, y in
      (cotangent * y * y * y).scaled(by: -0.5)
    }
  }

  /// x²
  public func squared() -> Tensor {
    unary(.square, ck_unary_square, "square", cost: 1, keeping: .input) { cotangent, x in (cotangent * x).scaled(by: 2)
    }
  }

  /// |x|; its gradient at zero is zero.
  public func absolute() -> Tensor {
    unary(.absolute, ck_unary_absolute, "absolute", cost: 1, keeping: .input) { cotangent, x in cotangent * x.sign() }
  }

  /// −1, 0 or 1; it has no gradient.
  func sign() -> Tensor {
    let y = similar
    let count = Int64(count)
    byType(
      "sign", float32: { ck_unary_f32(ck_unary_sign, floats, y.floats, count) },
      bfloat16: { ck_unary_bf16(ck_unary_sign, bfloats, y.bfloats, count) })
    return y
  }

  /// 0 where negative, ½ at zero, 1 where positive.
  func step() -> Tensor { sign().scaled(by: 0.5, plus: 0.5) }

  /// min(max(x, lower), upper)
  public func clamped(_ lower: Float, _ upper: Float) -> Tensor {
    let y = similar
    let count = Int64(count)
    Ledger.kernel("clamp", operations: 2 * Double(count)) {
      byType(
        "clamp", float32: { ck_clamp_f32(floats, lower, upper, y.floats, count) },
        bfloat16: { ck_clamp_bf16(bfloats, lower, upper, y.bfloats, count) })
    }
    y.traced(.clamp(lower: lower, upper: upper), [self])
    guard Tensor.wantsGradient([self]) else { return y.inspected("clamp") }
    let saved = SavedTensor(self, by: "clamp")
    return y.recorded("clamp", inputs: [self]) { cotangent, _ in
      let (x, dx) = (saved.tensor, cotangent.similar)
      x.byType(
        "clamp",
        float32: { ck_clamp_backward_f32(x.floats, cotangent.floats, lower, upper, dx.floats, count) },
        bfloat16: { ck_clamp_backward_bf16(x.bfloats, cotangent.bfloats, lower, upper, dx.bfloats, count) })
      return [dx]
    }
  }
}
