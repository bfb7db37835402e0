/// Labelled points, for instance accuracy against memory.
public struct ScatterChart: Chart {
  /// One group of points with a colour and a shape of its own.
  public struct Group: Equatable, Sendable {
    /// The name in the legend.
    public var name: String
    /// The points.
    public var points: [Point]

    /// Creates a group.
    public init(_ name: String, points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  /// One point.
  public struct Point: Equatable, Sendable {
    /// The text beside the point; may be empty.
    public var label: String
    /// The value on the horizontal axis.
    public var x: Double
    /// The value on the vertical axis.
    public var y: Double

    /// Creates a point.
    public init(_ label: String, x: Double, y: Double) {
      self.label = label
      self.x = x
      self.y = y
    }
  }

  private static let labelSize = 12.0

  public var title: String
  /// The horizontal axis.
  public var xAxis: ChartAxis
  /// The vertical axis.
  public var yAxis: ChartAxis
  /// The points by group.
  public var groups: [Group]

  /// Creates a chart of points.
  public init(title: String, xAxis: ChartAxis, yAxis: ChartAxis, groups: [Group]) {
    self.title = title
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.groups = groups
  }

  public var summary: String {
    let points = groups.flatMap(\.points)
    let named = points.prefix(20).map {
      "\($0.label.isEmpty ? "a point" : $0.label): \(xAxis.format.text($0.x)), \(yAxis.format.text($0.y))"
    }
    let more = points.count > 20 ? " and \(points.count - 20) more" : ""
    return "Points of \(yAxis.title) against \(xAxis.title). " + named.joined(separator: "; ") + more + "."
  }

  public func svg(embedsStyle: Bool) -> String {
    var canvas = SVGCanvas(width: PlotFrame.width)
    let head = PlotFrame.drawHead(
      title: title, legend: groups.count > 1 ? groups.map(\.name) : [], swatch: .marker, on: &canvas)
    let top = head + 22
    let bottom = top + 300
    canvas.height = bottom + 52
    let points = groups.flatMap(\.points)
    let yPlot = PlotAxis(yAxis, values: points.map(\.y), from: bottom - 10, to: top, about: 5)
    let left = PlotFrame.margin + PlotFrame.width(ofLabels: yPlot.ticks.labels) + 8
    let right = canvas.width - PlotFrame.margin
    let xPlot = PlotAxis(xAxis, values: points.map(\.x), from: left + 24, to: right - 24, about: 7)
    PlotFrame.drawVertical(yPlot, title: yAxis.title, left: left, right: right, top: top, on: &canvas)
    PlotFrame.drawHorizontal(xPlot, title: xAxis.title, left: left, right: right, bottom: bottom, on: &canvas)
    let placed = place(xPlot, yPlot)
    for point in placed {
      canvas.marker(
        point.group, point.x, point.y, "fill ring \(ChartStyle.seriesClass(point.group))",
        tooltip: tooltip(of: point.point, group: point.group))
    }
    drawLabels(of: placed, within: left...right, top...bottom, on: &canvas)
    return canvas.document(title: title, summary: summary, embedsStyle: embedsStyle)
  }

  private struct PlacedPoint {
    var point: Point
    var group: Int
    var x, y: Double
  }

  private func place(_ xPlot: PlotAxis, _ yPlot: PlotAxis) -> [PlacedPoint] {
    groups.enumerated().flatMap { index, group in
      group.points.compactMap { point in
        xPlot.pixel(point.x).flatMap { x in
          yPlot.pixel(point.y).map { y in PlacedPoint(point: point, group: index, x: x, y: y) }
        }
      }
    }
  }

  private func tooltip(of point: Point, group: Int) -> String {
    let names = point.label == groups[group].name ? [point.label] : [groups[group].name, point.label]
    let name = names.filter { !$0.isEmpty }.joined(separator: ", ")
    return "\(name): \(xAxis.format.text(point.x)), \(yAxis.format.text(point.y))"
  }

  /// A label goes right, left, above or below of its point, where it covers neither points nor labels; where
  /// there is no room it stays a tooltip.
  private func drawLabels(
    of points: [PlacedPoint], within xBounds: ClosedRange<Double>, _ yBounds: ClosedRange<Double>,
    on canvas: inout SVGCanvas
  ) {
    var taken = points.map { LabelBox(x: $0.x - 6, y: $0.y - 6, width: 12, height: 12) }
    for point in points where !point.point.label.isEmpty {
      let text = TextMeasure.truncated(point.point.label, toWidth: 200, size: Self.labelSize)
      let width = TextMeasure.width(text, size: Self.labelSize)
      let corners = [
        (point.x + 9, point.y - 8), (point.x - 9 - width, point.y - 8),
        (point.x - width / 2, point.y - 24), (point.x - width / 2, point.y + 8),
      ]
      let boxes = corners.map { LabelBox(x: $0.0, y: $0.1, width: width, height: 16) }
      let free = boxes.first { box in
        xBounds.contains(box.x) && xBounds.contains(box.x + width) && yBounds.contains(box.y + 16)
          && !taken.contains { $0.overlaps(box) }
      }
      guard let box = free else { continue }
      taken.append(box)
      canvas.text(text, box.x + width / 2, box.y + 12, "label", anchor: .middle)
    }
  }
}

private struct LabelBox {
  var x, y, width, height: Double

  func overlaps(_ other: LabelBox) -> Bool {
    x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
  }
}
