import CKernels

extension Tensor {
  /// The rows (entries of the first axis) at the given positions (int64); as an embedding table looks words up.
  /// - Returns: [shape of indices…, rest of this shape…].
  public func gathered(rows indices: Tensor) -> Tensor {
    let places = checkedRows(indices, bound: shape[0], "gathered")
    let row = shape.removing(axis: 0)
    let y = Tensor(uninitialized: Shape(indices.shape.array + row.array), dtype: dtype)
    Ledger.kernel("gather") {
      ck_gather_rows(pointer, Int64(row.count * dtype.byteCount), places, Int64(indices.count), y.pointer)
    }
    y.traced(.gather, [self, indices])
    if Tensor.wantsGradient([self]) { Ledger.saved(indices, by: "gather") }
    let rows = shape[0]
    return y.recorded("gather", inputs: [self]) { cotangent, _ in
      let flat = cotangent.reshaped(Shape([indices.count] + row.array))
      return [Tensor.scatterAdded(flat, rows: indices.reshaped([indices.count]), count: rows).cast(to: cotangent.dtype)]
    }
  }

  /// Sums rows into the rows of a new float32 tensor of zeros: result[indices[i]] += source[i].
  public static func scatterAdded(_ source: Tensor, rows indices: Tensor, count: Int) -> Tensor {
    Scope.require(
      indices.count == source.shape[0], "scatterAdded",
      "one index for each of the \(source.shape[0]) rows is expected, found \(indices.count)")
    let places = source.checkedRows(indices, bound: count, "scatterAdded")
    let row = source.shape.removing(axis: 0)
    let y = Tensor.zeros(Shape([count] + row.array))
    let (items, width) = (Int64(indices.count), Int64(row.count))
    Ledger.kernel("scatter-add", operations: Double(source.count)) {
      source.byType(
        "scatterAdded",
        float32: { ck_scatter_add_rows_f32(source.floats, places, items, width, y.floats, Int64(count)) },
        bfloat16: { ck_scatter_add_rows_bf16(source.bfloats, places, items, width, y.floats, Int64(count)) })
    }
    if wantsGradient([source]) { Ledger.saved(indices, by: "scatter-add") }
    let dtype = source.dtype
    return y.recorded("scatter-add", inputs: [source]) { cotangent, _ in
      [cotangent.cast(to: dtype).gathered(rows: indices)]
    }
  }

  private func checkedRows(_ indices: Tensor, bound: Int, _ operation: String) -> UnsafePointer<Int64> {
    Scope.require(indices.dtype == .int64, operation, "indices must be int64, found \(indices.dtype)")
    let places = UnsafePointer(indices.pointer.assumingMemoryBound(to: Int64.self))
    let bad = ck_first_out_of_range(places, Int64(indices.count), Int64(bound))
    Scope.require(bad < 0, operation, "index \(bad < 0 ? 0 : places[Int(bad)]) is outside of 0 ..< \(bound)")
    return places
  }
}
