import CKernels

extension Tensor {
  /// The same elements in another shape of the same count; nothing is copied.
  public func reshaped(_ target: Shape) -> Tensor {
    if target == shape { return self }
    Scope.require(
      target.count == count, "reshaped", "\(shape) has \(count) elements, \(target) has \(target.count)")
    let source = shape
    let result = Tensor(storage: storage, byteOffset: byteOffset, shape: target, dtype: dtype)
    result.traced(.reshape, [self])
    return result.recorded("reshape", inputs: [self]) { cotangent, _ in [cotangent.reshaped(source)] }
  }

  /// All axes from `axis` on as one.
  public func flattened(from axis: Int = 1) -> Tensor {
    reshaped(Shape(shape.array[..<axis] + [shape.count(axis..<shape.rank)]))
  }

  /// The axes in another order: axis i of the result is axis `order[i]` of this tensor.
  public func transposed(_ order: [Int]) -> Tensor {
    let order = order.map(shape.resolve)
    Scope.require(
      order.sorted() == Array(0..<shape.rank), "transposed", "\(order) is not an order of the axes of \(shape)")
    let y = Tensor(uninitialized: Shape(order.map { shape[$0] }), dtype: dtype)
    Ledger.kernel("transpose") {
      ck_permute(Int32(dtype.byteCount), Int32(shape.rank), extents, order.map(Int64.init), pointer, y.pointer)
    }
    y.traced(.transpose(order), [self])
    var inverse = order
    for (position, axis) in order.enumerated() { inverse[axis] = position }
    return y.recorded("transpose", inputs: [self]) { cotangent, _ in [cotangent.transposed(inverse)] }
  }

  /// The elements from `range` of one axis.
  public func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
    let axis = shape.resolve(axis)
    Scope.require(
      range.lowerBound >= 0 && range.upperBound <= shape[axis], "sliced",
      "\(range) is outside of axis \(axis) of \(shape)")
    var target = shape
    target[axis] = range.count
    let y = Tensor(uninitialized: target, dtype: dtype)
    let inner = shape.split(at: axis).inner
    Ledger.kernel("slice") { y.copyBox(from: self, start: range.lowerBound * inner, to: 0, box: target) }
    y.traced(.slice(axis: axis, range), [self])
    let source = shape
    return y.recorded("slice", inputs: [self]) { cotangent, _ in
      let dx = Tensor.zeros(source, dtype: cotangent.dtype)
      Ledger.kernel("slice") { dx.copyBox(from: cotangent, start: 0, to: range.lowerBound * inner, box: target) }
      return [dx]
    }
  }

  /// Pieces of one axis with the given extents, which must sum to the axis.
  public func split(axis: Int, extents: [Int]) -> [Tensor] {
    Scope.require(
      extents.reduce(0, +) == shape[axis], "split", "extents \(extents) do not sum to axis \(axis) of \(shape)")
    var start = 0
    return extents.map { extent in
      defer { start += extent }
      return sliced(axis: axis, start..<start + extent)
    }
  }

  /// Tensors joined along one axis.
  public static func concatenated(_ tensors: [Tensor], axis: Int) -> Tensor {
    guard let first = tensors.first else { Scope.fail("concatenated", "at least one tensor is expected") }
    let axis = first.shape.resolve(axis)
    var target = first.shape
    target[axis] = tensors.reduce(0) { $0 + $1.shape[axis] }
    for tensor in tensors {
      var expected = first.shape
      expected[axis] = tensor.shape[axis]
      Scope.require(
        tensor.shape == expected && tensor.dtype == first.dtype, "concatenated",
        "\(tensor.dtype) \(tensor.shape) does not join \(first.dtype) \(first.shape) along axis \(axis)")
    }
    let y = Tensor(uninitialized: target, dtype: first.dtype)
    let inner = first.shape.split(at: axis).inner
    var start = 0
    Ledger.kernel("concatenate") {
      for tensor in tensors {
        y.copyBox(from: tensor, start: 0, to: start * inner, box: tensor.shape)
        start += tensor.shape[axis]
      }
    }
    y.traced(.concatenate(axis: axis), tensors)
    let extents = tensors.map { $0.shape[axis] }
    return y.recorded("concatenate", inputs: tensors) { cotangent, wanted in
      var start = 0
      return extents.enumerated().map { index, extent in
        defer { start += extent }
        return wanted[index] ? cotangent.sliced(axis: axis, start..<start + extent) : nil
      }
    }
  }

  /// Zeros (or another value) around the elements: (before, after) for each axis.
  public func padded(_ amounts: [(before: Int, after: Int)], with value: Float = 0) -> Tensor {
    Scope.require(
      amounts.count == shape.rank && amounts.allSatisfy { $0.before >= 0 && $0.after >= 0 }, "padded",
      "one pair of amounts above or at zero is expected for each of \(shape.rank) axes, found \(amounts)")
    let source = shape
    let target = Shape(zip(shape.array, amounts).map { $0 + $1.before + $1.after })
    let y = value == 0 ? Tensor.zeros(target, dtype: dtype) : Tensor.full(target, value, dtype: dtype)
    let strides = target.strides
    let start = zip(amounts, strides).reduce(0) { $0 + $1.0.before * $1.1 }
    Ledger.kernel("pad") { y.copyBox(from: self, start: 0, to: start, box: source) }
    y.traced(.pad(amounts.map { PaddedAxis(before: $0.before, after: $0.after) }, value: value), [self])
    return y.recorded("pad", inputs: [self]) { cotangent, _ in
      let dx = Tensor(uninitialized: source, dtype: cotangent.dtype)
      Ledger.kernel("pad") { dx.copyBox(from: cotangent, start: start, to: 0, box: source) }
      return [dx]
    }
  }

  /// The elements moved along one axis by `shift` places, those that leave it coming in at the other end.
  public func rolled(axis: Int, by shift: Int) -> Tensor {
    let (outer, extent, inner) = shape.split(at: axis)
    let y = similar
    Ledger.kernel("roll") {
      ck_roll(
        pointer, Int64(outer), Int64(extent), Int64(inner * dtype.byteCount), Int64(shift), y.pointer)
    }
    y.traced(.roll(axis: shape.resolve(axis), shift: shift), [self])
    return y.recorded("roll", inputs: [self]) { cotangent, _ in [cotangent.rolled(axis: axis, by: -shift)] }
  }

  /// Copies a box of elements between two contiguous tensors; start and end are element offsets.
  private func copyBox(from source: Tensor, start: Int, to end: Int, box: Shape) {
    let width = dtype.byteCount
    ck_copy_region(
      Int32(width), Int32(box.rank), box.array.map(Int64.init), source.pointer + start * width,
      source.shape.strides.map(Int64.init), pointer + end * width, shape.strides.map(Int64.init))
  }
}

extension Shape {
  /// The distance in elements between neighbours along each axis.
  var strides: [Int] { (0..<rank).map { count($0 + 1..<rank) } }
}
