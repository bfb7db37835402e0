import CKernels

extension Tensor {
  /// Eigenvalues and eigenvectors of a symmetric float32 matrix [n, n], computed in double precision.
  ///
  /// Not recorded. A matrix that is not finite gives values that are not numbers and the vectors of the identity.
  /// - Returns: the values, largest first, and as the columns of [n, n] the vectors.
  public func symmetricEigenvectors() -> (values: [Double], vectors: Tensor) {
    Scope.require(
      shape.rank == 2 && shape[0] == shape[1] && dtype == .float32, "symmetricEigenvectors",
      "a square float32 matrix is expected, found \(dtype) \(shape)")
    let n = shape[0]
    var matrix = floatArray().map(Double.init)
    var values = [Double](repeating: 0, count: n)
    var vectors = [Double](repeating: 0, count: n * n)
    var scratch = [Double](repeating: 0, count: 3 * n)
    var isFinite = false
    Ledger.kernel("eigenvectors", operations: 9 * Double(n) * Double(n) * Double(n)) {
      isFinite = ck_symmetric_eigen(&matrix, Int64(n), &values, &vectors, &scratch) != 0
    }
    guard isFinite else {
      let identity = (0..<n * n).map { Float($0 % (n + 1) == 0 ? 1 : 0) }
      return ([Double](repeating: .nan, count: n), Tensor(identity, shape: shape))
    }
    return (values, Tensor(vectors.map(Float.init), shape: shape).transposed([1, 0]))
  }

  /// An orthonormal basis of a space that contains the columns of a float32 matrix [n, k] with k ≤ n, computed in double
  /// precision by Householder's QR.
  ///
  /// Not recorded. Columns that depend on others are replaced by further directions, so that there are always k.
  public func orthonormalColumns() -> Tensor {
    Scope.require(
      shape.rank == 2 && shape[1] <= shape[0] && dtype == .float32, "orthonormalColumns",
      "a float32 matrix with at most as many columns as rows is expected, found \(dtype) \(shape)")
    let (rows, columns) = (shape[0], shape[1])
    var matrix = detached.transposed([1, 0]).floatArray().map(Double.init)
    var scratch = [Double](repeating: 0, count: (rows + 1) * columns)
    Ledger.kernel("orthonormal columns", operations: 4 * Double(rows) * Double(columns) * Double(columns)) {
      ck_orthonormalize(&matrix, Int64(rows), Int64(columns), &scratch)
    }
    return Tensor(matrix.map(Float.init), shape: [columns, rows]).transposed([1, 0])
  }
}
