import Tensor

/// How a square grid is cut into square windows that are shifted by some rows and columns.
struct Windows: Sendable, Hashable {
  /// The rows and columns of the grid.
  let side: Int
  /// The rows and columns of a window; divides the side.
  let width: Int
  /// How far the grid is rolled up and to the left before it is cut.
  let shift: Int

  /// Windows no larger than the grid; a single one is never shifted.
  init(side: Int, width: Int, shift: Int) {
    self.side = side
    self.width = min(side, width)
    self.shift = side <= width ? 0 : shift
  }

  /// The number of windows along a side.
  private var count: Int { side / width }

  /// [N, side, side, C] → [N · windows, width², C].
  func cut(_ grid: Tensor) -> Tensor {
    let channels = grid.shape[3]
    return grid.rolled(axis: 1, by: -shift, unless: shift == 0).rolled(axis: 2, by: -shift, unless: shift == 0)
      .reshaped([grid.shape[0], count, width, count, width, channels]).transposed([0, 1, 3, 2, 4, 5])
      .reshaped([grid.shape[0] * count * count, width * width, channels])
  }

  /// Undoes `cut`.
  func joined(_ windows: Tensor) -> Tensor {
    let channels = windows.shape[2]
    let batch = windows.shape[0] / (count * count)
    return windows.reshaped([batch, count, count, width, width, channels]).transposed([0, 1, 3, 2, 4, 5])
      .reshaped([batch, side, side, channels])
      .rolled(axis: 1, by: shift, unless: shift == 0).rolled(axis: 2, by: shift, unless: shift == 0)
  }

  /// −100 between tokens that only the roll brought together, else 0: [windows, 1, width², width²]; nil without a shift.
  func mask() -> Tensor? {
    if shift == 0 { return nil }
    func isRolledIn(_ position: Int) -> Int { position < side - shift ? 0 : 1 }
    let tokens = width * width
    var mask = [Float](repeating: 0, count: count * count * tokens * tokens)
    for window in 0..<count * count {
      let regions = (0..<tokens).map { token in
        2 * isRolledIn(window / count * width + token / width)
          + isRolledIn(window % count * width + token % width)
      }
      for query in 0..<tokens {
        for key in 0..<tokens where regions[query] != regions[key] {
          mask[(window * tokens + query) * tokens + key] = -100
        }
      }
    }
    return Tensor(mask, shape: [count * count, 1, tokens, tokens])
  }
}

extension Tensor {
  fileprivate func rolled(axis: Int, by shift: Int, unless isStill: Bool) -> Tensor {
    isStill ? self : rolled(axis: axis, by: shift)
  }
}
