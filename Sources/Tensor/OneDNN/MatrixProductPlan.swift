import COneDNN

/// The sizes of a batched matrix product C = op(A) op(B), where op may transpose.
struct MatrixProductGeometry: Hashable, Sendable {
  var batch: Int
  var rows: Int
  var inner: Int
  var columns: Int
  var transposesLeft: Bool
  var transposesRight: Bool
  var dtype: DType

  /// Floating-point operations, a multiply-add counted as two.
  var operations: Double { 2 * Double(batch * rows) * Double(inner * columns) }
}

/// Plans of matrix products, by geometry.
enum MatrixProductPlan {
  private static let cache = PlanCache<MatrixProductGeometry, Primitive>()

  /// A primitive that takes the addresses of A, B and C.
  static func plan(for geometry: MatrixProductGeometry) -> Primitive { cache.plan(for: geometry, make: make) }

  private static func make(_ geometry: MatrixProductGeometry) -> Primitive {
    let (batch, rows, inner, columns) = (geometry.batch, geometry.rows, geometry.inner, geometry.columns)
    let left = MemoryLayout(
      [batch, rows, inner], geometry.dtype,
      strides: geometry.transposesLeft ? [rows * inner, 1, rows] : [rows * inner, inner, 1])
    let right = MemoryLayout(
      [batch, inner, columns], geometry.dtype,
      strides: geometry.transposesRight ? [inner * columns, 1, inner] : [inner * columns, columns, 1])
    let result = MemoryLayout([batch, rows, columns], geometry.dtype, dnnl_abc)
    var description: OpaquePointer?
    OneDNN.check(
      dnnl_matmul_primitive_desc_create(
        &description, OneDNN.engine.pointer, left.descriptor, right.descriptor, nil, result.descriptor,
        OneDNN.attributes.pointer), "plan \(geometry)")
    return Primitive(
      description!, operands: [(DNNL_ARG_SRC, left), (DNNL_ARG_WEIGHTS, right), (DNNL_ARG_DST, result)])
  }
}
