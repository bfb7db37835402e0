/// The look of all charts.
public enum ChartStyle {
  /// How many series have a colour of their own; later ones start again, the first of them with other dashes.
  static let seriesCount = 6

  /// Dashes set curves apart without colour.
  private static let dashes = ["", "7 3", "2 3", "9 3 2 3", "4 2", "12 3"]

  private struct Scheme {
    var surface, ink, muted, grid, axis: String
    var right, wrong: String
    var series: [String]
  }

  /// After the palettes of Okabe and Ito, darkened where white would drown them.
  private static let light = Scheme(
    surface: "#ffffff", ink: "#1b1f24", muted: "#5b6570", grid: "#e6e9ed", axis: "#aab2bb",
    right: "#0a7a55", wrong: "#b8430a",
    series: ["#0a67a8", "#cc5200", "#0b8a66", "#a9508f", "#a67c00", "#4d5966"])

  private static let dark = Scheme(
    surface: "#161b22", ink: "#e8ecf1", muted: "#9aa6b2", grid: "#29313b", axis: "#55606c",
    right: "#4fd0a0", wrong: "#ff9a5c",
    series: ["#62b4f0", "#ff9a5c", "#4fd0a0", "#e596cc", "#e8c34e", "#b4bec9"])

  /// The style sheet that all charts share; its rules apply inside `svg.chart` only.
  public static let css: String = """
    .chart { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; \
    font-size: 12px; max-width: 100%; height: auto; }
    .chart .title { font-size: 15px; font-weight: 600; }
    .chart .number { font-variant-numeric: tabular-nums; }
    .chart .strong { font-weight: 600; }
    .chart .grid, .chart .axis { stroke-width: 1; shape-rendering: crispEdges; \
    vector-effect: non-scaling-stroke; }
    .chart .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
    .chart .pale { stroke-width: 1; stroke-opacity: 0.4; }
    .chart .frame { fill: none; stroke-width: 2; }
    .chart .picture { image-rendering: pixelated; }
    \(dashes.enumerated().map { index, dash in
      dash.isEmpty ? "" : ".chart .line.s\(index):not(.pale) { stroke-dasharray: \(dash); }\n"
    }.joined())\
    \(dashes.indices.map { index in
      let dash = dashes[(index + seriesCount / 2) % seriesCount]
      return ".chart .line.s\(index).again:not(.pale) { stroke-dasharray: \(dash.isEmpty ? "none" : dash); }\n"
    }.joined())\
    \(rules(light))\
    @media screen and (prefers-color-scheme: dark) {
    \(rules(dark))\
    }

    """

  /// The style class of the series at `index`.
  static func seriesClass(_ index: Int) -> String {
    "s\(index % seriesCount)" + (index / seriesCount % 2 == 1 ? " again" : "")
  }

  private static func rules(_ scheme: Scheme) -> String {
    let series = scheme.series.enumerated().map { index, color in
      """
      .chart .line.s\(index) { stroke: \(color); }
      .chart .fill.s\(index) { fill: \(color); }

      """
    }
    return """
      .chart .surface, .chart .on { fill: \(scheme.surface); }
      .chart text { fill: \(scheme.ink); }
      .chart .muted { fill: \(scheme.muted); }
      .chart text.on { fill: \(scheme.surface); }
      .chart text.right { fill: \(scheme.right); }
      .chart text.wrong { fill: \(scheme.wrong); }
      .chart .frame.right { stroke: \(scheme.right); }
      .chart .frame.wrong { stroke: \(scheme.wrong); }
      .chart .frame.plain { stroke: \(scheme.grid); }
      .chart .grid { stroke: \(scheme.grid); }
      .chart .axis { stroke: \(scheme.axis); }
      .chart .ring { stroke: \(scheme.surface); stroke-width: 1.5; }
      \(series.joined())
      """
  }
}
