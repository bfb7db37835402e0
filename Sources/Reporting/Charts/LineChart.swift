/// Curves over a common axis: losses, accuracies, learning rates.
///
/// A curve with many more points than pixels is drawn as the pale band of its values and its local mean.
public struct LineChart: Chart {
  public var title: String
  /// The horizontal axis.
  public var xAxis: ChartAxis
  /// The vertical axis.
  public var yAxis: ChartAxis
  /// The curves.
  public var series: [ChartSeries]

  /// Creates a chart of curves.
  public init(title: String, xAxis: ChartAxis, yAxis: ChartAxis, series: [ChartSeries]) {
    self.title = title
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.series = series
  }

  public var summary: String {
    let curves = series.map { curve in
      let values = curve.points.map(\.y).filter(\.isFinite)
      guard let first = values.first, let last = values.last else { return "\(curve.name): no values" }
      return "\(curve.name): from \(yAxis.format.text(first)) to \(yAxis.format.text(last))"
    }
    return "Curves of \(yAxis.title) over \(xAxis.title). " + curves.joined(separator: "; ") + "."
  }

  public func svg(embedsStyle: Bool) -> String {
    var canvas = SVGCanvas(width: PlotFrame.width)
    let head = PlotFrame.drawHead(
      title: title, legend: series.count > 1 ? series.map(\.name) : [], swatch: .line, on: &canvas)
    let top = head + 22
    let bottom = top + 240
    canvas.height = bottom + 52
    let points = series.flatMap(\.points)
    let yPlot = PlotAxis(yAxis, values: points.map(\.y), from: bottom, to: top, about: 5)
    let left = PlotFrame.margin + PlotFrame.width(ofLabels: yPlot.ticks.labels) + 8
    let right = canvas.width - PlotFrame.margin - PlotFrame.width(ofLabels: lastValues.map(\.text)) - 8
    let xPlot = PlotAxis(
      xAxis, values: points.map(\.x), from: left, to: right, about: 7,
      wholeSteps: points.allSatisfy { $0.x == $0.x.rounded() }, rounded: false)
    PlotFrame.drawVertical(yPlot, title: yAxis.title, left: left, right: right, top: top, on: &canvas)
    PlotFrame.drawHorizontal(xPlot, title: xAxis.title, left: left, right: right, bottom: bottom, on: &canvas)
    for (index, curve) in series.enumerated() {
      draw(curve, style: ChartStyle.seriesClass(index), xPlot, yPlot, on: &canvas)
    }
    drawLastValues(xPlot, yPlot, right: right, within: top...bottom, on: &canvas)
    return canvas.document(title: title, summary: summary, embedsStyle: embedsStyle)
  }

  private func draw(
    _ curve: ChartSeries, style: String, _ xPlot: PlotAxis, _ yPlot: PlotAxis, on canvas: inout SVGCanvas
  ) {
    var stretch: [SIMD2<Double>] = []
    func drawStretch(_ stretch: [SIMD2<Double>], on canvas: inout SVGCanvas) {
      if stretch.count == 1 {
        canvas.circle(stretch[0].x, stretch[0].y, radius: 2.5, "fill \(style)")
      } else if LineThinning.isDense(stretch) {
        canvas.polyline(LineThinning.extremes(of: stretch), "line pale \(style)")
        canvas.polyline(LineThinning.means(of: stretch), "line \(style)")
      } else if !stretch.isEmpty {
        canvas.polyline(stretch, "line \(style)")
      }
    }
    for point in curve.points {
      if let x = xPlot.pixel(point.x), let y = yPlot.pixel(point.y) {
        stretch.append(SIMD2(x, y))
      } else {
        drawStretch(stretch, on: &canvas)
        stretch = []
      }
    }
    drawStretch(stretch, on: &canvas)
  }

  private var lastValues: [(index: Int, point: SIMD2<Double>, text: String)] {
    guard series.count <= ChartStyle.seriesCount else { return [] }
    return series.enumerated().compactMap { index, curve in
      curve.points.last { $0.x.isFinite && $0.y.isFinite }.map { (index, $0, yAxis.format.text($0.y)) }
    }
  }

  private func drawLastValues(
    _ xPlot: PlotAxis, _ yPlot: PlotAxis, right: Double, within bounds: ClosedRange<Double>,
    on canvas: inout SVGCanvas
  ) {
    let shown = lastValues.compactMap { last in
      xPlot.pixel(last.point.x).flatMap { x in
        yPlot.pixel(last.point.y).map { y in (last: last, x: x, y: y) }
      }
    }
    let heights = PlotFrame.spread(shown.map(\.y), distance: 15, within: bounds)
    for (entry, height) in zip(shown, heights) {
      let style = ChartStyle.seriesClass(entry.last.index)
      canvas.circle(
        entry.x, entry.y, radius: 4, "fill ring \(style)",
        tooltip: "\(series[entry.last.index].name): \(entry.last.text)")
      canvas.text(entry.last.text, right + 8, height + 4, "fill number strong \(style)")
    }
  }
}
