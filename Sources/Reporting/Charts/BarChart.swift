/// Horizontal bars, one for each label; with several segments the bars are stacked.
///
/// Negative segments extend to the left of zero.
public struct BarChart: Chart {
  /// One bar.
  public struct Bar: Equatable, Sendable {
    /// The text before the bar.
    public var label: String
    /// One value for each segment name of the chart; values that are not finite are left out.
    public var values: [Double]

    /// Creates a bar of stacked segments.
    public init(_ label: String, values: [Double]) {
      self.label = label
      self.values = values
    }

    /// Creates a bar of one segment.
    public init(_ label: String, _ value: Double) {
      self.init(label, values: [value])
    }

    /// The sum of the finite values.
    public var total: Double {
      values.filter(\.isFinite).reduce(0, +)
    }
  }

  private static let rowHeight = 28.0
  private static let barHeight = 18.0

  public var title: String
  /// What the length of a bar means. Bars start at zero, so the scale is always linear.
  public var axis: ChartAxis
  /// The names of the segments, for the legend; empty for bars of one segment.
  public var segments: [String]
  /// The bars, from top to bottom.
  public var bars: [Bar]

  /// Creates a chart of bars.
  public init(title: String, axis: ChartAxis, segments: [String] = [], bars: [Bar]) {
    self.title = title
    self.axis = axis
    self.axis.scale = .linear
    self.axis.includesZero = true
    self.segments = segments
    self.bars = bars
  }

  public var summary: String {
    let parts = bars.prefix(20).map { "\($0.label): \(axis.format.text($0.total))" }
    let more = bars.count > 20 ? " and \(bars.count - 20) more" : ""
    return "Bars of \(axis.title). " + parts.joined(separator: "; ") + more + "."
  }

  public func svg(embedsStyle: Bool) -> String {
    var canvas = SVGCanvas(width: PlotFrame.width)
    let top = PlotFrame.drawHead(
      title: title, legend: segments.count > 1 ? segments : [], on: &canvas)
    let bottom = top + Double(max(1, bars.count)) * Self.rowHeight + 4
    canvas.height = bottom + 52
    let labelWidth = min(240, PlotFrame.width(ofLabels: bars.map(\.label)))
    let valueWidth = PlotFrame.width(ofLabels: bars.map { axis.format.text($0.total) })
    let left = PlotFrame.margin + labelWidth + 10
    let ends = bars.flatMap(extent)
    let hasNegativeEnds = ends.contains { $0 < 0 }
    let plot = PlotAxis(
      axis, values: ends + [0], from: left + (hasNegativeEnds ? valueWidth + 8 : 0),
      to: canvas.width - PlotFrame.margin - valueWidth - 8, about: 6)
    drawGrid(plot, top: top, bottom: bottom, on: &canvas)
    for (index, bar) in bars.enumerated() {
      let middle = top + (Double(index) + 0.5) * Self.rowHeight
      canvas.fittedText(bar.label, left - 10, middle + 4, "label", width: labelWidth + 1, anchor: .end)
      draw(bar, middle: middle, plot, on: &canvas)
    }
    if let zero = plot.pixel(0) { canvas.line(zero, top, zero, bottom, "axis") }
    return canvas.document(title: title, summary: summary, embedsStyle: embedsStyle)
  }

  private func extent(of bar: Bar) -> [Double] {
    let finite = bar.values.filter(\.isFinite)
    return [finite.filter { $0 > 0 }.reduce(0, +), finite.filter { $0 < 0 }.reduce(0, +)]
  }

  private func drawGrid(_ plot: PlotAxis, top: Double, bottom: Double, on canvas: inout SVGCanvas) {
    for (value, label) in zip(plot.ticks.values, plot.ticks.labels) {
      guard let x = plot.pixel(value) else { continue }
      canvas.line(x, top, x, bottom, "grid")
      canvas.text(label, x, bottom + 17, "muted number", anchor: .middle)
    }
    canvas.fittedText(
      axis.title, canvas.width - PlotFrame.margin, bottom + 38, "muted", width: canvas.width / 2, anchor: .end
    )
  }

  private func draw(_ bar: Bar, middle: Double, _ plot: PlotAxis, on canvas: inout SVGCanvas) {
    var (below, above) = (0.0, 0.0)
    for (index, value) in bar.values.enumerated() where value.isFinite && value != 0 {
      let start = value < 0 ? below : above
      guard let from = plot.pixel(start), let to = plot.pixel(start + value) else { continue }
      let name = segments.indices.contains(index) ? "\(bar.label), \(segments[index])" : bar.label
      canvas.rectangle(
        min(from, to), middle - Self.barHeight / 2, abs(to - from), Self.barHeight,
        "fill \(ChartStyle.seriesClass(index))", radius: bar.values.count == 1 ? 2 : 0,
        tooltip: "\(name): \(axis.format.text(value))")
      if value < 0 { below += value } else { above += value }
    }
    let isNegative = above == 0 && below < 0
    guard let end = plot.pixel(isNegative ? below : above) else { return }
    let text = bar.values.contains(where: \.isFinite) ? axis.format.text(bar.total) : "–"
    canvas.text(
      text, isNegative ? end - 6 : end + 6, middle + 4, "number", anchor: isNegative ? .end : .start)
  }
}
