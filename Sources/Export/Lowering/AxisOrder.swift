/// The order in which the axes of a traced value lie in memory: place i holds axis `order[i]` of the trace.
typealias AxisOrder = [Int]

extension AxisOrder {
  /// The order of the trace itself, which has channels last.
  static func traced(rank: Int) -> AxisOrder { Array(0..<rank) }

  /// The order of an image batch: traced [N, H, W, C], in memory [N, C, H, W].
  static var image: AxisOrder { [0, 3, 1, 2] }

  /// The place of an axis of the trace.
  func place(of axis: Int) -> Int { firstIndex(of: axis) ?? axis }

  /// The order after some axes of the trace are gone.
  func removing(axes: [Int]) -> AxisOrder {
    filter { !axes.contains($0) }.map { axis in axis - axes.filter { $0 < axis }.count }
  }

  /// The order of a transposed value of which nothing moves in memory: axis i of it is axis `permutation[i]` of this
  /// one.
  func renamed(by permutation: [Int]) -> AxisOrder { map { permutation.firstIndex(of: $0) ?? $0 } }

  /// The axes at all places, for an array with one element an axis of the trace.
  func arranging<Item>(_ items: [Item]) -> [Item] { map { items[$0] } }

  /// Whether two orders of the same axes hold the elements in the same sequence: axes of extent one may stand anywhere.
  func matches(_ other: AxisOrder, _ dimensions: [Dimension]) -> Bool {
    filter { !dimensions[$0].isUnit } == other.filter { !dimensions[$0].isUnit }
  }
}
