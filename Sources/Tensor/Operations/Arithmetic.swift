import CKernels

extension Tensor {
  /// Operands and result of a binary operation, as far as its gradients need them.
  private struct Kept {
    let left: SavedTensor?
    let right: SavedTensor?
    let result: SavedTensor?
  }

  /// An operand or the result of a binary operation, and the operands whose gradients need it.
  private struct Need {
    let leftGradient: Bool
    let rightGradient: Bool

    static let never = Need(leftGradient: false, rightGradient: false)
    static let forLeft = Need(leftGradient: true, rightGradient: false)
    static let forRight = Need(leftGradient: false, rightGradient: true)
    static let always = Need(leftGradient: true, rightGradient: true)
  }

  /// left ∘ right with the rules of broadcasting: shapes align at the last axis, and an extent of one stretches.
  private static func binary(
    _ function: BinaryFunction, _ operation: ck_binary, _ name: StaticString, _ left: Tensor, _ right: Tensor,
    keeping needs: (left: Need, right: Need, result: Need) = (.never, .never, .never),
    backward: @escaping (_ cotangent: Tensor, _ wanted: Node.Wanted, _ kept: Kept) -> [Tensor?]
  ) -> Tensor {
    Scope.require(
      left.dtype == right.dtype, "\(name)", "both operands must have one type, found \(left.dtype) and \(right.dtype)")
    let rank = max(left.shape.rank, right.shape.rank)
    let (a, b) = (left.shape.padded(to: rank), right.shape.padded(to: rank))
    Scope.require(
      zip(a, b).allSatisfy { $0 == $1 || $0 == 1 || $1 == 1 }, "\(name)",
      "shapes \(left.shape) and \(right.shape) do not broadcast")
    let y = Tensor(uninitialized: Shape(zip(a, b).map { Int($0 == 1 ? $1 : $0) }), dtype: left.dtype)
    Ledger.kernel(name, operations: Double(y.count)) {
      left.byType(
        name,
        float32: { ck_binary_f32(operation, Int32(rank), a, left.floats, b, right.floats, y.floats) },
        bfloat16: { ck_binary_bf16(operation, Int32(rank), a, left.bfloats, b, right.bfloats, y.bfloats) })
    }
    y.traced(.binary(function), [left, right])
    guard wantsGradient([left, right]) else { return y.inspected(name) }
    func kept(_ tensor: Tensor, _ need: Need) -> SavedTensor? {
      let isNeeded =
        (need.leftGradient && wantsGradient([left])) || (need.rightGradient && wantsGradient([right]))
      return isNeeded ? SavedTensor(tensor, by: name) : nil
    }
    let saved = Kept(left: kept(left, needs.left), right: kept(right, needs.right), result: kept(y, needs.result))
    let (leftShape, rightShape) = (left.shape, right.shape)
    return y.recorded(name, inputs: [left, right]) { cotangent, wanted in
      let gradients = backward(cotangent, wanted, saved)
      return [
        wanted[0] ? gradients[0]?.summed(toShape: leftShape) : nil,
        wanted[1] ? gradients[1]?.summed(toShape: rightShape) : nil,
      ]
    }
  }

  /// Sums over the axes along which a shape was stretched by broadcasting; undoes it for gradients.
  package func summed(toShape target: Shape, dtype targetType: DType? = nil) -> Tensor {
    let type = targetType ?? dtype
    if target == shape && type == dtype { return self }
    let y = Tensor(uninitialized: target, dtype: type)
    let (from, to) = (extents, target.padded(to: shape.rank))
    let rank = Int32(shape.rank)
    let scratch = Storage(byteCount: Int(ck_sum_to_shape_scratch(rank, from, to)))
    Ledger.kernel("sum", operations: Double(count)) {
      switch (dtype, type) {
      case (.float32, .float32): ck_sum_to_shape_f32(rank, from, floats, to, y.floats, scratch.pointer)
      case (.bfloat16, .bfloat16): ck_sum_to_shape_bf16(rank, from, bfloats, to, y.bfloats, scratch.pointer)
      case (.bfloat16, .float32): ck_sum_to_shape_bf16_f32(rank, from, bfloats, to, y.floats, scratch.pointer)
      default: Scope.fail("sum", "no sum of \(dtype) to \(type)")
      }
    }
    return y
  }

  /// The sum, with broadcasting.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    binary(.add, ck_binary_add, "add", left, right) { cotangent, _, _ in [cotangent, cotangent] }
  }

  /// The difference, with broadcasting.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    binary(.subtract, ck_binary_subtract, "subtract", left, right) { cotangent, wanted, _ in
      [cotangent, wanted[1] ? -cotangent : nil]
    }
  }

  /// The product of elements, with broadcasting.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    binary(.multiply, ck_binary_multiply, "multiply", left, right, keeping: (.forRight, .forLeft, .never)) {
      cotangent, wanted, kept in
      [
        wanted[0] ? kept.right.map { cotangent * $0.tensor } : nil,
        wanted[1] ? kept.left.map { cotangent * $0.tensor } : nil,
      ]
    }
  }

  /// The quotient of elements, with broadcasting.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    binary(.divide, ck_binary_divide, "divide", left, right, keeping: (.never, .always, .forRight)) {
      cotangent, wanted, kept in
      guard let right = kept.right?.tensor else { return [nil, nil] }
      let quotient = cotangent / right
      return [quotient, wanted[1] ? kept.result.map { -(quotient * $0.tensor) } : nil]
    }
  }

  /// The larger of two elements, with broadcasting; equal elements share the gradient.
  public func maximum(_ other: Tensor) -> Tensor {
    Tensor.binary(.maximum, ck_binary_maximum, "maximum", self, other, keeping: (.always, .always, .never)) {
      cotangent, wanted, kept in
      guard let left = kept.left?.tensor, let right = kept.right?.tensor else { return [nil, nil] }
      let share = (left - right).step()
      return [wanted[0] ? cotangent * share : nil, wanted[1] ? cotangent * (1 - share) : nil]
    }
  }

  /// The smaller of two elements, with broadcasting; equal elements share the gradient.
  public func minimum(_ other: Tensor) -> Tensor {
    Tensor.binary(.minimum, ck_binary_minimum, "minimum", self, other, keeping: (.always, .always, .never)) {
      cotangent, wanted, kept in
      guard let left = kept.left?.tensor, let right = kept.right?.tensor else { return [nil, nil] }
      let share = (right - left).step()
      return [wanted[0] ? cotangent * share : nil, wanted[1] ? cotangent * (1 - share) : nil]
    }
  }

  /// left to the power of right, with broadcasting.
  public func power(_ exponent: Tensor) -> Tensor {
    Tensor.binary(.power, ck_binary_power, "power", self, exponent, keeping: (.always, .forLeft, .forRight)) {
      cotangent, wanted, kept in
      guard let base = kept.left?.tensor else { return [nil, nil] }
      return [
        wanted[0] ? kept.right.map { cotangent * $0.tensor * base.power($0.tensor - 1) } : nil,
        wanted[1] ? kept.result.map { cotangent * $0.tensor * base.log() } : nil,
      ]
    }
  }

  /// 1 where this element is less than the other, 0 where it is not, with broadcasting; a constant for gradients.
  public func less(than other: Tensor) -> Tensor {
    Tensor.binary(.less, ck_binary_less, "less", detached, other.detached) { _, _, _ in [nil, nil] }
  }

  /// scale · x + offset
  public func scaled(by scale: Float, plus offset: Float = 0) -> Tensor {
    let y = similar
    let count = Int64(count)
    Ledger.kernel("scale", operations: 2 * Double(count)) {
      byType(
        "scale", float32: { ck_scale_f32(floats, scale, offset, y.floats, count) },
        bfloat16: { ck_scale_bf16(bfloats, scale, offset, y.bfloats, count) })
    }
    y.traced(.scale(factor: scale, offset: offset), [self])
    return y.recorded("scale", inputs: [self]) { cotangent, _ in [cotangent.scaled(by: scale)] }
  }

  public static prefix func - (x: Tensor) -> Tensor { x.scaled(by: -1) }
  public static func + (left: Tensor, right: Float) -> Tensor { left.scaled(by: 1, plus: right) }
  public static func + (left: Float, right: Tensor) -> Tensor { right.scaled(by: 1, plus: left) }
  public static func - (left: Tensor, right: Float) -> Tensor { left.scaled(by: 1, plus: -right) }
  public static func - (left: Float, right: Tensor) -> Tensor { right.scaled(by: -1, plus: left) }
  public static func * (left: Tensor, right: Float) -> Tensor { left.scaled(by: right) }
  public static func * (left: Float, right: Tensor) -> Tensor { right.scaled(by: left) }
  public static func / (left: Tensor, right: Float) -> Tensor { left.scaled(by: 1 / right) }

  /// Adds a tensor of the same shape and type in place; for the owner of this tensor alone.
  func add(_ other: Tensor) {
    let count = Int64(count)
    Ledger.kernel("accumulate", operations: Double(count)) {
      byType(
        "accumulate", float32: { ck_axpby_f32(1, other.floats, 1, floats, count) },
        bfloat16: { ck_axpby_bf16(1, other.bfloats, 1, bfloats, count) })
    }
  }
}
