import Tensor

/// The extent of an axis: a number, or a multiple of the batch size, which is open.
struct Dimension: Hashable, Sendable {
  /// The extent, or what the batch size is multiplied by.
  let factor: Int
  /// Whether the extent grows with the batch.
  let isBatched: Bool

  /// A multiple of the batch size.
  static func batches(_ factor: Int = 1) -> Dimension { Dimension(factor: factor, isBatched: true) }

  /// A number.
  static func fixed(_ extent: Int) -> Dimension { Dimension(factor: extent, isBatched: false) }

  /// Whether the extent is one for every batch.
  var isUnit: Bool { self == .fixed(1) }

  /// The extent for a batch size.
  func extent(batch: Int) -> Int { isBatched ? factor * batch : factor }
}

extension [Dimension] {
  /// The shape for a batch size.
  func shape(batch: Int) -> Shape { Shape(map { $0.extent(batch: batch) }) }

  /// The extents of a constant.
  init(_ shape: Shape) { self = shape.array.map { .fixed($0) } }
}
