import CKernels

/// An image batch with the neighbours of its pixels, as kernels take them.
struct RelativeGeometry {
  let shape: Shape
  private let rowShifts: [Int64]
  private let columnShifts: [Int64]

  /// Checks that the shape is that of an image batch [N, H, W, C], and the rolls go along its rows and columns.
  init(_ shape: Shape, _ rolls: [RelativeNeighbours.Roll], _ operation: String) {
    Scope.require(
      shape.rank == 4 && rolls.allSatisfy { $0.axis == 1 || $0.axis == 2 }, operation,
      "an image batch [N, H, W, C] and rolls along the axes 1 and 2 are expected, found \(shape) and \(rolls)")
    Scope.require(rolls.count <= 255, operation, "at most 255 neighbours are expected, found \(rolls.count)")
    func shifts(along axis: Int) -> [Int64] {
      rolls.map { roll in
        guard roll.axis == axis else { return 0 }
        let remainder = roll.shift % max(1, shape[axis])
        return Int64(remainder < 0 ? remainder + shape[axis] : remainder)
      }
    }
    self.shape = shape
    (rowShifts, columnShifts) = (shifts(along: 1), shifts(along: 2))
  }

  /// [N, H, W, neighbours]
  var pairs: Shape { [shape[0], shape[1], shape[2], rowShifts.count] }

  /// A comparison of every element with those of its neighbours.
  var operations: Double { Double(shape.count * (rowShifts.count + 1)) }

  /// Runs a body on the geometry in the form of the kernels.
  func kernel(selfMinusNeighbour: Bool, _ body: (UnsafePointer<ck_max_relative_shape>) -> Void) {
    rowShifts.withUnsafeBufferPointer { rows in
      columnShifts.withUnsafeBufferPointer { columns in
        var geometry = ck_max_relative_shape(
          batch: Int64(shape[0]), height: Int64(shape[1]), width: Int64(shape[2]), channels: Int64(shape[3]),
          neighbours: Int64(rows.count), rowShifts: rows.baseAddress, columnShifts: columns.baseAddress,
          selfMinusNeighbour: selfMinusNeighbour)
        body(&geometry)
      }
    }
  }
}
