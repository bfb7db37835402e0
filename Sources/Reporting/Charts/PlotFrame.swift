/// The parts that charts with axes share: title, legend, grid and tick labels.
struct PlotFrame {
  static let width = 720.0
  static let margin = 16.0
  private static let labelSize = 12.0

  /// What stands before a name in the legend; the raw value is its width.
  enum Swatch: Double {
    case line = 28
    case square = 18
    case marker = 19
  }

  /// Draws the title, and the legend below it; returns the height that they take.
  static func drawHead(
    title: String, legend: [String] = [], swatch: Swatch = .square, on canvas: inout SVGCanvas
  ) -> Double {
    canvas.fittedText(title, margin, 27, "title", width: canvas.width - 2 * margin, size: 15)
    guard !legend.isEmpty else { return 44 }
    var (x, y) = (margin, 52.0)
    for (index, name) in legend.enumerated() {
      let text = TextMeasure.truncated(
        name, toWidth: canvas.width - 2 * margin - swatch.rawValue, size: labelSize)
      let width = swatch.rawValue + TextMeasure.width(text, size: labelSize)
      if x > margin, x + width > canvas.width - margin { (x, y) = (margin, y + 20) }
      let style = ChartStyle.seriesClass(index)
      switch swatch {
      case .line: canvas.line(x, y - 4, x + 22, y - 4, "line \(style)")
      case .square: canvas.rectangle(x, y - 10, 12, 12, "fill \(style)", radius: 2)
      case .marker: canvas.marker(index, x + 6, y - 4, "fill \(style)")
      }
      canvas.text(text, x + swatch.rawValue, y, "legend", tooltip: text == name ? nil : name)
      x += width + 20
    }
    return y + 18
  }

  /// The room that the labels of a vertical axis take.
  static func width(ofLabels labels: [String]) -> Double {
    labels.map { TextMeasure.width($0, size: labelSize) }.max() ?? 0
  }

  /// Draws a vertical axis with its grid and its title above it.
  static func drawVertical(
    _ axis: PlotAxis, title: String, left: Double, right: Double, top: Double, on canvas: inout SVGCanvas
  ) {
    for (value, label) in zip(axis.ticks.values, axis.ticks.labels) {
      guard let y = axis.pixel(value) else { continue }
      canvas.line(left, y, right, y, "grid")
      canvas.text(label, left - 8, y + 4, "muted number", anchor: .end)
    }
    canvas.fittedText(title, margin, top - 14, "muted", width: right - margin)
  }

  /// Draws a horizontal axis with its title at the right end below it.
  static func drawHorizontal(
    _ axis: PlotAxis, title: String, left: Double, right: Double, bottom: Double, on canvas: inout SVGCanvas
  ) {
    canvas.line(left, bottom, right, bottom, "axis")
    var endOfLast = -Double.infinity
    for (value, label) in zip(axis.ticks.values, axis.ticks.labels) {
      guard let x = axis.pixel(value) else { continue }
      let half = TextMeasure.width(label, size: labelSize) / 2
      canvas.line(x, bottom, x, bottom + 4, "axis")
      guard x - half > endOfLast + 6 else { continue }
      endOfLast = x + half
      canvas.text(label, x, bottom + 19, "muted number", anchor: .middle)
    }
    canvas.fittedText(title, right, bottom + 38, "muted", width: right - left, anchor: .end)
  }

  /// Moves positions apart so that neighbours stand at least `distance` apart, inside `bounds` if they fit.
  static func spread(_ positions: [Double], distance: Double, within bounds: ClosedRange<Double>) -> [Double] {
    let order = positions.indices.sorted { positions[$0] < positions[$1] }
    var result = positions
    var least = bounds.lowerBound
    for index in order {
      result[index] = max(least, result[index])
      least = result[index] + distance
    }
    var greatest = bounds.upperBound
    for index in order.reversed() {
      result[index] = min(greatest, result[index])
      greatest = result[index] - distance
    }
    return result
  }
}
