extension Tensor {
  /// One of `count` equal bands of the rows of the matrix […, last axis], in order.
  ///
  /// Where the elements are there, it is a view. Where rows of them can be computed alone, only the band is, into memory that
  /// the next band will take again, so that it is in the cache when it is read.
  func band(_ index: Int, of count: Int) -> Tensor {
    if count == 1 { return detached }
    let range = rowsOfBand(index, of: count)
    guard let deferred = deferredRows else { return rows(range) }
    let result = Tensor(uninitialized: [range.count, shape[-1]], dtype: dtype)
    deferred.fill(result.pointer, rows: range)
    return result
  }

  /// Where one of `count` equal bands lies among the rows of the matrix […, last axis].
  func rowsOfBand(_ index: Int, of count: Int) -> Range<Int> {
    let size = shape.matrix.rows / count
    return index * size..<(index + 1) * size
  }

  /// A view of some rows of the matrix […, last axis].
  func rows(_ rows: Range<Int>) -> Tensor {
    let width = shape[-1]
    let offset = byteOffset + rows.lowerBound * width * dtype.byteCount
    return Tensor(storage: storage, byteOffset: offset, shape: [rows.count, width], dtype: dtype)
  }

  /// Whether reading this tensor band by band, as elements of a type, spares a pass over memory.
  func gainsFromBands(as type: DType) -> Bool { deferredRows != nil || dtype != type }

  /// The elements, where rows of them can be computed alone.
  private var deferredRows: (any DeferredRows)? {
    guard let deferred = storage.deferred as? any DeferredRows, deferred.rowCount == shape.matrix.rows else {
      return nil
    }
    return deferred
  }

  /// Shows all rows of the matrix […, last axis]; deferred elements are shown as they are computed.
  func showRows(_ body: (Tensor) -> Void) {
    storage.showRows(count: shape.matrix.rows) { body(rows($0)) }
  }
}
