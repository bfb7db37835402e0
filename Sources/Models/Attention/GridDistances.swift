import Tensor

/// Attention scores that are shifted by how far query and key are apart in a square grid (LeViT, Graham et al., ICCV 2021).
enum GridDistances {
  /// The place |Δrow| · side + |Δcolumn| in the table of biases, for every query and key.
  /// - Parameters:
  ///   - side: the rows and columns of the keys.
  ///   - stride: the queries stand on every stride-th row and column of the keys.
  /// - Returns: int64 [queries, keys].
  static func places(side: Int, stride: Int = 1) -> Tensor {
    let steps = Array(Swift.stride(from: 0, to: side, by: stride))
    var places: [Int64] = []
    for row in steps {
      for column in steps {
        for key in 0..<side * side {
          places.append(Int64(abs(row - key / side) * side + abs(column - key % side)))
        }
      }
    }
    return Tensor(places, shape: [steps.count * steps.count, side * side])
  }

  /// The biases [heads, queries, keys] from a table [heads, places].
  static func biases(_ table: Tensor, at places: Tensor) -> Tensor {
    table.transposed([1, 0]).gathered(rows: places).transposed([2, 0, 1])
  }
}
