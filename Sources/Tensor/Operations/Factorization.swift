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
    var values = [Double](repeating: .nan, count: n)
    let vectors = Tensor(uninitialized: shape)
    let scratch = Storage(byteCount: (2 * n + 3) * n * 8)
    var isFinite = false
    Ledger.kernel("eigenvectors", operations: 9 * Double(n) * Double(n) * Double(n)) {
      isFinite =
        ck_symmetric_eigen_f32(
          floats, Int64(n), &values, vectors.floats, scratch.pointer.assumingMemoryBound(to: Double.self)) != 0
    }
    if isFinite { return (values, vectors) }
    return (values, Tensor((0..<n * n).map { Float($0 % (n + 1) == 0 ? 1 : 0) }, shape: shape))
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
    let basis = Tensor(uninitialized: shape)
    let scratch = Storage(byteCount: (2 * rows + 1) * columns * 8)
    Ledger.kernel("orthonormal columns", operations: 4 * Double(rows) * Double(columns) * Double(columns)) {
      ck_orthonormalize_f32(
        floats, Int64(rows), Int64(columns), basis.floats, scratch.pointer.assumingMemoryBound(to: Double.self))
    }
    return basis
  }
}
