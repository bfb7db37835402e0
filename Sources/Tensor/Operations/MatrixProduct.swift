extension Tensor {
  /// The matrix product op(A) op(B) of the last two axes, over a batch of all axes before them.
  ///
  /// A is […, M, K], or […, K, M] transposed; B is […, K, N], or […, N, K] transposed. Both have the same leading axes;
  /// a B of two axes serves every row of an A that is not transposed.
  /// - Returns: […, M, N].
  public func matrixProduct(
    _ other: Tensor, transposingLeft: Bool = false, transposingRight: Bool = false
  ) -> Tensor {
    if shape.rank > 2 && other.shape.rank == 2 && !transposingLeft {
      let rows = reshaped([shape.matrix.rows, shape[-1]])
      let product = rows.matrixProduct(other, transposingRight: transposingRight)
      return product.reshaped(Shape(shape.array.dropLast() + [product.shape[-1]]))
    }
    let rank = shape.rank
    Scope.require(
      rank >= 2 && other.shape.rank == rank && other.dtype == dtype
        && shape.array.dropLast(2) == other.shape.array.dropLast(2)
        && shape[transposingLeft ? -2 : -1] == other.shape[transposingRight ? -1 : -2], "matrixProduct",
      "\(dtype) \(shape)\(transposingLeft ? "ᵀ" : "") and \(other.dtype) \(other.shape)\(transposingRight ? "ᵀ" : "") "
        + "cannot be multiplied")
    let geometry = MatrixProductGeometry(
      batch: shape.count(0..<rank - 2), rows: shape[transposingLeft ? -1 : -2],
      inner: shape[transposingLeft ? -2 : -1], columns: other.shape[transposingRight ? -2 : -1],
      transposesLeft: transposingLeft, transposesRight: transposingRight, dtype: ProductType.supported(dtype))
    let y = Tensor(
      uninitialized: Shape(shape.array.dropLast(2) + [geometry.rows, geometry.columns]), dtype: dtype)
    let (a, b) = (detached.cast(to: geometry.dtype), other.detached.cast(to: geometry.dtype))
    y.filled(as: geometry.dtype) { result in
      Ledger.kernel("matrix product", operations: geometry.operations) {
        MatrixProductPlan.plan(for: geometry).run([a.pointer, b.pointer, result.pointer])
      }
    }
    y.traced(
      .matrixProduct(transposingLeft: transposingLeft, transposingRight: transposingRight), [self, other])
    let left = Tensor.wantsGradient([other]) ? SavedTensor(self, by: "matrix product") : nil
    let right = Tensor.wantsGradient([self]) ? SavedTensor(other, by: "matrix product") : nil
    return y.recorded("matrix product", inputs: [self, other]) { cotangent, wanted in
      var gradients: [Tensor?] = [nil, nil]
      if let right, wanted[0] {
        gradients[0] =
          transposingLeft
          ? right.tensor.matrixProduct(cotangent, transposingLeft: transposingRight, transposingRight: true)
          : cotangent.matrixProduct(right.tensor, transposingRight: !transposingRight)
      }
      if let left, wanted[1] {
        gradients[1] =
          transposingRight
          ? cotangent.matrixProduct(left.tensor, transposingLeft: true, transposingRight: transposingLeft)
          : left.tensor.matrixProduct(cotangent, transposingLeft: !transposingLeft)
      }
      return gradients
    }
  }
}
