import Tensor

/// Products along one axis ("mode") of a float32 tensor, as in Kolda and Bader, "Tensor Decompositions and Applications",
/// section 2.5.
extension Tensor {
  /// The axis replaced by the products with the columns of a matrix [extent, K]: y[…, k, …] = Σ_d x[…, d, …] matrix[d, k].
  func projected(onto matrix: Tensor, mode: Int) -> Tensor { modeProduct(matrix, mode, isExpansion: false) }

  /// The reverse for an axis of extent K: y[…, d, …] = Σ_k x[…, k, …] matrix[d, k].
  func expanded(by matrix: Tensor, mode: Int) -> Tensor { modeProduct(matrix, mode, isExpansion: true) }

  /// The products of two tensors that differ in one axis alone, summed over all others: [extent, other's extent].
  func correlated(with other: Tensor, mode: Int) -> Tensor {
    let (outer, extent, inner) = sides(of: mode)
    let width = other.shape[mode]
    if inner == 1 {
      return reshaped([outer, extent]).matrixProduct(other.reshaped([outer, width]), transposingLeft: true)
    }
    let products = reshaped([outer, extent, inner])
      .matrixProduct(other.reshaped([outer, width, inner]), transposingRight: true)
    return outer == 1 ? products.reshaped([extent, width]) : products.sum(axes: [0])
  }

  private func modeProduct(_ matrix: Tensor, _ mode: Int, isExpansion: Bool) -> Tensor {
    let (outer, extent, inner) = sides(of: mode)
    var target = shape
    target[mode] = matrix.shape[isExpansion ? 0 : 1]
    if inner == 1 {
      return reshaped([outer, extent]).matrixProduct(matrix, transposingRight: isExpansion).reshaped(target)
    }
    if outer > 1 && target[mode] > inner {
      // The matrix, repeated for each block, would be larger than the result.
      return reshaped([outer, extent, inner]).transposed([0, 2, 1])
        .matrixProduct(matrix, transposingRight: isExpansion).transposed([0, 2, 1]).reshaped(target)
    }
    let left = matrix.reshaped(Shape([1] + matrix.shape.array))
      .broadcast(to: [outer, matrix.shape[0], matrix.shape[1]])
    return left.matrixProduct(reshaped([outer, extent, inner]), transposingLeft: !isExpansion).reshaped(target)
  }

  private func sides(of mode: Int) -> (outer: Int, extent: Int, inner: Int) {
    (shape.count(0..<mode), shape[mode], shape.count(mode + 1..<shape.rank))
  }
}
