import Foundation
import Tensor

/// Where a key stands from a query inside of a window, on the logarithmic scale of Swin V2 (section 3.3).
enum RelativeCoordinates {
  /// sign(v) log₂(|v| + 1) / 3 with v = 8 Δ / (width − 1), for every Δrow and Δcolumn: [(2 width − 1)², 2].
  static func table(width: Int) -> Tensor {
    func scaled(_ difference: Int) -> Float {
      let value = 8 * Double(difference) / Double(max(1, width - 1))
      return Float((value < 0 ? -1 : 1) * log2(abs(value) + 1) / 3)
    }
    let differences = (1 - width)..<width
    return Tensor(
      differences.flatMap { row in differences.flatMap { [scaled(row), scaled($0)] } },
      shape: [differences.count * differences.count, 2])
  }

  /// The row of the table for every query and key: int64 [width², width²].
  static func places(width: Int) -> Tensor {
    let tokens = width * width
    var places: [Int64] = []
    for query in 0..<tokens {
      for key in 0..<tokens {
        let row = query / width - key / width + width - 1
        let column = query % width - key % width + width - 1
        places.append(Int64(row * (2 * width - 1) + column))
      }
    }
    return Tensor(places, shape: [tokens, tokens])
  }
}
