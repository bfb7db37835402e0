import CKernels

extension Tensor {
  /// The entries of one axis at some positions, in their order; see `placed(at:axis:extent:)` for the reverse.
  ///
  /// Not recorded: it is meant for backward passes, which work on tensors without a history.
  public func selecting(_ positions: [Int], axis: Int) -> Tensor {
    let (outer, extent, inner) = shape.split(at: axis)
    let places = Tensor.checked(positions, extent, "selecting")
    var target = shape
    target[axis] = positions.count
    let y = Tensor(uninitialized: target, dtype: dtype)
    Ledger.kernel("select") {
      ck_select_blocks(
        pointer, Int64(outer), Int64(extent), Int64(inner * dtype.byteCount), places, Int64(places.count), y.pointer)
    }
    return y
  }

  /// Zeros of a larger extent along one axis, with the entries of this tensor at some positions.
  ///
  /// Not recorded, as `selecting(_:axis:)`.
  public func placed(at positions: [Int], axis: Int, extent: Int) -> Tensor {
    let (outer, count, inner) = shape.split(at: axis)
    Scope.require(
      count == positions.count, "placed", "\(count) entries of axis \(axis) do not go to \(positions.count) positions")
    let places = Tensor.checked(positions, extent, "placed")
    var target = shape
    target[axis] = extent
    let y = Tensor.zeros(target, dtype: dtype)
    Ledger.kernel("select") {
      ck_place_blocks(
        pointer, Int64(outer), Int64(extent), Int64(inner * dtype.byteCount), places, Int64(places.count), y.pointer)
    }
    return y
  }

  private static func checked(_ positions: [Int], _ extent: Int, _ operation: String) -> [Int64] {
    let outside = positions.first { $0 < 0 || $0 >= extent }
    Scope.require(outside == nil, operation, "position \(outside ?? 0) is outside of 0 ..< \(extent)")
    return positions.map(Int64.init)
  }
}
