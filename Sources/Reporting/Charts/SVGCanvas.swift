/// Collects the elements of one SVG picture.
struct SVGCanvas {
  enum Anchor: String {
    case start, middle, end
  }

  let width: Double
  var height: Double
  private var body = ""

  init(width: Double, height: Double = 0) {
    self.width = width
    self.height = height
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    body += "<line x1=\"\(px(x1))\" y1=\"\(px(y1))\" x2=\"\(px(x2))\" y2=\"\(px(y2))\" class=\"\(style)\"/>\n"
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, radius: Double = 0,
    opacity: Double? = nil, tooltip: String? = nil
  ) {
    body +=
      "<rect x=\"\(px(x))\" y=\"\(px(y))\" width=\"\(px(max(0, width)))\" height=\"\(px(max(0, height)))\""
    if radius > 0 { body += " rx=\"\(px(radius))\"" }
    if let opacity { body += " fill-opacity=\"\(px(opacity))\"" }
    close("rect", style, tooltip)
  }

  mutating func circle(
    _ x: Double, _ y: Double, radius: Double, _ style: String, tooltip: String? = nil
  ) {
    body += "<circle cx=\"\(px(x))\" cy=\"\(px(y))\" r=\"\(px(radius))\""
    close("circle", style, tooltip)
  }

  /// A mark about ten pixels wide; every series of a chart has its own shape, so that colour is not needed.
  mutating func marker(
    _ index: Int, _ x: Double, _ y: Double, _ style: String, tooltip: String? = nil
  ) {
    switch index % 4 {
    case 0: circle(x, y, radius: 5, style, tooltip: tooltip)
    case 1: rectangle(x - 4.5, y - 4.5, 9, 9, style, tooltip: tooltip)
    case 2: polygon([(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)], style, tooltip: tooltip)
    default: polygon([(x, y - 5.5), (x + 5.5, y + 4.5), (x - 5.5, y + 4.5)], style, tooltip: tooltip)
    }
  }

  private mutating func polygon(_ corners: [(Double, Double)], _ style: String, tooltip: String?) {
    body += "<polygon points=\"" + corners.map { "\(px($0.0)),\(px($0.1))" }.joined(separator: " ") + "\""
    close("polygon", style, tooltip)
  }

  mutating func polyline(_ points: [SIMD2<Double>], _ style: String) {
    let list = points.map { "\(px($0.x)),\(px($0.y))" }.joined(separator: " ")
    body += "<polyline points=\"\(list)\" class=\"\(style)\"/>\n"
  }

  mutating func path(_ commands: String, _ style: String, opacity: Double) {
    body += "<path d=\"\(commands)\" class=\"\(style)\" fill-opacity=\"\(px(opacity))\"/>\n"
  }

  mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ style: String, anchor: Anchor = .start,
    rotation: Double = 0, tooltip: String? = nil
  ) {
    body += "<text x=\"\(px(x))\" y=\"\(px(y))\""
    if anchor != .start { body += " text-anchor=\"\(anchor.rawValue)\"" }
    if rotation != 0 { body += " transform=\"rotate(\(px(rotation)) \(px(x)) \(px(y)))\"" }
    body += " class=\"\(style)\">"
    if let tooltip { body += "<title>\(tooltip.escapedForMarkup)</title>" }
    body += text.escapedForMarkup + "</text>\n"
  }

  /// A text cut to `width` pixels; the whole text is then its tooltip.
  mutating func fittedText(
    _ text: String, _ x: Double, _ y: Double, _ style: String, width: Double, size: Double = 12,
    anchor: Anchor = .start, rotation: Double = 0
  ) {
    let fitted = TextMeasure.truncated(text, toWidth: width, size: size)
    self.text(
      fitted, x, y, style, anchor: anchor, rotation: rotation, tooltip: fitted == text ? nil : text)
  }

  mutating func image(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, dataURI: String, tooltip: String
  ) {
    body += "<image x=\"\(px(x))\" y=\"\(px(y))\" width=\"\(px(width))\" height=\"\(px(height))\""
    body += " href=\"\(dataURI)\""
    close("image", "picture", tooltip)
  }

  /// The whole `svg` element.
  func document(title: String, summary: String, embedsStyle: Bool) -> String {
    let size = "width=\"\(px(width))\" height=\"\(px(height))\" viewBox=\"0 0 \(px(width)) \(px(height))\""
    let label = "\(title). \(summary)".escapedForMarkup
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="\(label)" \(size)>
      <title>\(title.escapedForMarkup)</title>
      <desc>\(summary.escapedForMarkup)</desc>
      \(embedsStyle ? "<style>\n\(ChartStyle.css)</style>\n" : "")\
      <rect width="100%" height="100%" class="surface"/>
      \(body)</svg>

      """
  }

  private mutating func close(_ element: String, _ style: String, _ tooltip: String?) {
    body += " class=\"\(style)\""
    body += tooltip.map { "><title>\($0.escapedForMarkup)</title></\(element)>\n" } ?? "/>\n"
  }
}

/// A coordinate with at most two decimals.
func px(_ value: Double) -> String {
  let hundredths = Int((min(1e9, max(-1e9, value)) * 100).rounded())
  let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
  let sign = hundredths < 0 ? "-" : ""
  if rest == 0 { return "\(sign)\(whole)" }
  return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
}
