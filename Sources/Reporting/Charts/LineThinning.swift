/// Thins curves that have more points than the picture has pixel columns.
enum LineThinning {
  private static let meanColumn = 6.0

  static func isDense(_ points: [SIMD2<Double>]) -> Bool {
    points.count > 2 * Int(PlotFrame.width)
  }

  /// The lowest and the highest point of each pixel column, in their order.
  static func extremes(of points: [SIMD2<Double>]) -> [SIMD2<Double>] {
    columns(of: points, width: 1).flatMap { column in
      let lowest = column.indices.min { column[$0].y < column[$1].y } ?? column.startIndex
      let highest = column.indices.max { column[$0].y < column[$1].y } ?? column.startIndex
      let first = column[min(lowest, highest)]
      return lowest == highest ? [first] : [first, column[max(lowest, highest)]]
    }
  }

  /// The mean point of every few pixel columns.
  static func means(of points: [SIMD2<Double>]) -> [SIMD2<Double>] {
    columns(of: points, width: meanColumn).map { column in
      column.reduce(.zero, +) / Double(column.count)
    }
  }

  private static func columns(of points: [SIMD2<Double>], width: Double) -> [ArraySlice<SIMD2<Double>>] {
    func column(_ point: SIMD2<Double>) -> Double { (point.x / width).rounded(.down) }
    var result: [ArraySlice<SIMD2<Double>>] = []
    var start = points.startIndex
    for index in points.indices where column(points[index]) != column(points[start]) {
      result.append(points[start..<index])
      start = index
    }
    if start < points.endIndex { result.append(points[start...]) }
    return result
  }
}
