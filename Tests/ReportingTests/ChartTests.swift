import Foundation
import Testing

@testable import Reporting

@Suite struct ChartTests {
  private static let hostile = "<script>alert('x') & \"y\"</script>\u{1}\u{FFFE}"
  private static let axis = ChartAxis(hostile)

  private static let charts: [any Chart] = {
    let picture = try? PNGPicture(width: 1, height: 1, channels: 1, pixels: [7])
    let matrix = try? ConfusionMatrixChart(
      title: hostile, classNames: [hostile, "b"], counts: [[3, 1], [0, 0]])
    let line = LineChart(
      title: hostile, xAxis: axis, yAxis: axis,
      series: [.init(hostile, values: [1, .nan, 3, .infinity]), .init("empty", values: [])])
    let bars = BarChart(
      title: hostile, axis: axis, segments: [hostile, "b"], bars: [.init(hostile, values: [1, -2])])
    let scatter = ScatterChart(
      title: hostile, xAxis: axis, yAxis: ChartAxis("log", scale: .logarithmic),
      groups: [.init(hostile, points: [.init(hostile, x: 1, y: 2), .init("", x: 1, y: -2)])])
    let grid = picture.map {
      PictureGrid(title: hostile, items: [.init(picture: $0, predicted: hostile, truth: "b")])
    }
    let all: [(any Chart)?] = [line, bars, scatter, matrix, grid]
    return all.compactMap(\.self)
  }()

  @Test func allChartsAreWellFormedAndEscaped() throws {
    #expect(Self.charts.count == 5)
    for chart in Self.charts {
      for embedsStyle in [true, false] {
        let xml = try #require(ParsedXML(chart.svg(embedsStyle: embedsStyle)))
        #expect(xml.elements[0].name == "svg")
        #expect(xml.count(of: "script") == 0)
        #expect(xml.count(of: "desc") == 1)
        #expect(xml.count(of: "style") == (embedsStyle ? 1 : 0))
        #expect(xml.elements[0].attributes["aria-label"]?.contains("<script>") == true)
        #expect(xml.text.contains("<script>alert('x') & \"y\"</script>\u{FFFD}\u{FFFD}"))
      }
    }
  }

  @Test func coordinatesStayInsideThePicture() throws {
    for chart in Self.charts {
      let xml = try #require(ParsedXML(chart.svg()))
      let height = try #require(Double(xml.elements[0].attributes["height"] ?? ""))
      for element in xml.elements {
        for (key, limit) in [
          ("x", 720), ("cx", 720), ("x2", 720), ("y", height), ("cy", height), ("y2", height),
        ] {
          guard let value = element.attributes[key].flatMap(Double.init) else { continue }
          #expect(0...limit ~= value, "\(element)")
        }
      }
    }
  }

  @Test func emptyChartsAreDrawn() throws {
    let axis = ChartAxis("axis")
    let empty: [any Chart] = [
      LineChart(title: "t", xAxis: axis, yAxis: axis, series: []), BarChart(title: "t", axis: axis, bars: []),
      ScatterChart(title: "t", xAxis: axis, yAxis: axis, groups: []), PictureGrid(title: "t", items: []),
      try ConfusionMatrixChart(title: "t", classNames: [], counts: []),
    ]
    for chart in empty { #expect(ParsedXML(chart.svg()) != nil) }
  }

  @Test func gapsSplitCurves() throws {
    let chart = LineChart(
      title: "t", xAxis: .init("x"), yAxis: .init("y"),
      series: [.init("a", values: [1, 2, .nan, 3, 4, .nan, 5])])
    let xml = try #require(ParsedXML(chart.svg()))
    #expect(xml.count(of: "polyline") == 2)
    #expect(xml.count(of: "circle") == 2)
    #expect(chart.summary.contains("from 1 to 5"))
  }

  @Test func twelveCurvesLookDifferent() {
    let styles = (0..<12).map { index in
      let classes = Set(ChartStyle.seriesClass(index).split(separator: " "))
      let dashes = ChartStyle.css.split(separator: "\n").last { rule in
        guard rule.contains("stroke-dasharray") else { return false }
        let selector = rule.split(separator: " ")[1].split(separator: ":")[0].split(separator: ".")
        return classes.union(["line"]).isSuperset(of: selector)
      }
      return [classes.first { $0.hasPrefix("s") }, dashes?.split(separator: "{").last ?? "{ stroke-dasharray: none; }"]
    }
    #expect(Set(styles).count == 12)
  }

  @Test func aPointThatIsItsGroupIsNamedOnce() {
    let chart = ScatterChart(
      title: "t", xAxis: .init("x"), yAxis: .init("y"),
      groups: [.init("a", points: [.init("a", x: 1, y: 2)]), .init("b", points: [.init("c", x: 3, y: 4)])])
    #expect(chart.svg().contains("<title>a: 1, 2</title>") && chart.svg().contains("<title>b, c: 3, 4</title>"))
  }

  @Test func longCurvesAreThinnedButKeepTheirExtremes() throws {
    var points = (0..<100_000).map { SIMD2(Double($0) * 0.006, 0.5) }
    points[54_321].y = 9
    points[54_322].y = -9
    #expect(LineThinning.isDense(points))
    let extremes = LineThinning.extremes(of: points)
    #expect(extremes.count <= 1202)
    #expect(extremes.map(\.y).max() == 9)
    #expect(extremes.map(\.y).min() == -9)
    #expect(LineThinning.means(of: points).count == 100)
  }

  @Test func labelsAreSpreadInsideTheirBounds() {
    let spread = PlotFrame.spread([98, 99, 100, 20], distance: 15, within: 0...100)
    #expect(spread == [70, 85, 100, 20])
  }

  @Test func longNamesAreCutAndKeptAsTooltips() throws {
    let name = String(repeating: "long class name ", count: 10)
    let chart = try ConfusionMatrixChart(title: "t", classNames: [name, "b"], counts: [[1, 0], [0, 1]])
    let svg = chart.svg()
    #expect(svg.contains("<title>\(name)</title>long class"))
    #expect(ParsedXML(svg)?.text.contains("…") == true)
  }

  @Test func confusionMatrixChecksItsShape() {
    #expect(throws: ReportingError.self) {
      try ConfusionMatrixChart(title: "t", classNames: ["a", "b"], counts: [[1, 2]])
    }
    #expect(throws: ReportingError.self) {
      try ConfusionMatrixChart(title: "t", classNames: ["a", "b"], counts: [[1, 2], [3]])
    }
    #expect(throws: ReportingError.self) {
      try ConfusionMatrixChart(title: "t", classNames: ["a"], counts: [[-1]])
    }
  }

  @Test func confusionMatrixSaysItsAccuracy() throws {
    let chart = try ConfusionMatrixChart(title: "t", classNames: ["a", "b"], counts: [[9, 1], [2, 8]])
    #expect(chart.summary.contains("2 classes and 20 examples, 85.0 % on the diagonal"))
    #expect(chart.svg().contains("true a, predicted b: 1"))
  }

  @Test func manyClassesAreDrawnTogether() throws {
    let size = 1000
    let counts = (0..<size).map { row in (0..<size).map { $0 == row ? 50 : 0 } }
    let chart = try ConfusionMatrixChart(
      title: "t", classNames: (0..<size).map { "class \($0)" }, counts: counts)
    let svg = chart.svg()
    #expect(svg.utf8.count < 100_000)
    #expect(ParsedXML(svg)?.count(of: "path") == 1)
  }

  @Test func stackedBarsStandSideBySide() throws {
    let chart = BarChart(
      title: "t", axis: .init("x"), segments: ["a", "b"], bars: [.init("bar", values: [1, 3])])
    let xml = try #require(ParsedXML(chart.svg()))
    let bars = xml.elements.filter { $0.attributes["height"] == "18" }.map(\.attributes)
    let starts = bars.compactMap { $0["x"].flatMap(Double.init) }
    let widths = bars.compactMap { $0["width"].flatMap(Double.init) }
    try #require(starts.count == 2 && widths.count == 2)
    #expect(abs(starts[0] + widths[0] - starts[1]) < 0.02)
    #expect(abs(widths[1] - 3 * widths[0]) < 0.05)
  }

  @Test(arguments: [
    (0, "0"), (1.005, "1"), (-1.25, "-1.25"), (0.1, "0.1"), (12.05, "12.05"), (-0.004, "0"),
    (.infinity, "1000000000"),
  ])
  func coordinatesAreShort(value: Double, text: String) {
    #expect(px(value) == text)
  }
}
