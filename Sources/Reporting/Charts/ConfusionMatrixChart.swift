/// Counts of true classes (rows) against predicted classes (columns); the colour is the share of the row.
public struct ConfusionMatrixChart: Chart {
  private static let plotSize = 460.0
  private static let largestCell = 46.0
  private static let smallestLabelledCell = 13.0
  private static let smallestCountedCell = 24.0
  private static let longestLabel = 150.0
  /// With more classes than this the cells are drawn together, without tooltips.
  private static let mostSeparateClasses = 40
  private static let shades = 16

  public var title: String
  /// The name of each class.
  public let classNames: [String]
  /// `counts[t][p]` is how many examples of class `t` were taken for class `p`.
  public let counts: [[Int]]

  /// Creates the heat map of a confusion matrix.
  ///
  /// - Throws: ``ReportingError`` if `counts` is not a square matrix with a row for each class, or holds a
  ///   negative count.
  public init(title: String, classNames: [String], counts: [[Int]]) throws {
    let size = classNames.count
    guard counts.count == size, counts.allSatisfy({ $0.count == size }) else {
      throw ReportingError(
        "the confusion matrix has \(counts.count) rows of \(counts.first?.count ?? 0) columns; "
          + "expected \(size) rows of \(size), one for each class name")
    }
    guard counts.allSatisfy({ $0.allSatisfy { $0 >= 0 } }) else {
      throw ReportingError("the confusion matrix holds a negative count")
    }
    self.title = title
    self.classNames = classNames
    self.counts = counts
  }

  public var summary: String {
    let total = counts.reduce(0.0) { $0 + Self.sum($1) }
    let correct = counts.indices.reduce(0.0) { $0 + Double(counts[$1][$1]) }
    let share = total > 0 ? HumanUnits.percent(correct / total) : "none"
    return "Confusion matrix of \(classNames.count) classes and \(HumanUnits.count(total)) examples, "
      + "\(share) on the diagonal. Rows are true classes, columns are predictions."
  }

  public func svg(embedsStyle: Bool) -> String {
    let layout = Layout(classNames: classNames)
    var canvas = SVGCanvas(width: PlotFrame.width)
    _ = PlotFrame.drawHead(title: title, on: &canvas)
    canvas.height = layout.top + layout.size + 56
    drawClassNames(layout, on: &canvas)
    if classNames.count <= Self.mostSeparateClasses {
      drawSeparateCells(layout, on: &canvas)
    } else {
      drawJoinedCells(layout, on: &canvas)
    }
    drawRecall(layout, on: &canvas)
    drawColorScale(layout, on: &canvas)
    return canvas.document(title: title, summary: summary, embedsStyle: embedsStyle)
  }

  private struct Layout {
    let cell, left, top, size: Double
    /// Every how many classes a name is written.
    let nameStride: Int
    let turnsColumnNames: Bool

    init(classNames: [String]) {
      let classCount = Double(max(1, classNames.count))
      cell = min(largestCell, plotSize / classCount)
      size = cell * classCount
      nameStride = max(1, Int((smallestLabelledCell / cell).rounded(.up)))
      let widest = min(longestLabel, PlotFrame.width(ofLabels: classNames))
      turnsColumnNames = widest > cell - 6
      left = PlotFrame.margin + 24 + widest
      top = 84 + (turnsColumnNames ? widest : 12)
    }

    func start(of index: Int, from origin: Double) -> Double { origin + Double(index) * cell }
    func middle(of index: Int, from origin: Double) -> Double { start(of: index, from: origin) + cell / 2 }
  }

  private func drawClassNames(_ layout: Layout, on canvas: inout SVGCanvas) {
    let center = layout.size / 2
    canvas.text("Predicted", layout.left + center, 60, "muted", anchor: .middle)
    canvas.text("True", PlotFrame.margin + 8, layout.top + center, "muted", anchor: .middle, rotation: -90)
    for index in stride(from: 0, to: classNames.count, by: layout.nameStride) {
      let (x, y) = (
        layout.middle(of: index, from: layout.left), layout.middle(of: index, from: layout.top)
      )
      canvas.fittedText(
        classNames[index], layout.left - 8, y + 4, "label", width: Self.longestLabel, anchor: .end)
      if layout.turnsColumnNames {
        canvas.fittedText(
          classNames[index], x + 4, layout.top - 8, "label", width: Self.longestLabel, rotation: -90)
      } else {
        canvas.text(classNames[index], x, layout.top - 8, "label", anchor: .middle)
      }
    }
  }

  private func drawSeparateCells(_ layout: Layout, on canvas: inout SVGCanvas) {
    let gap = layout.cell > 20 ? 1.5 : 0.5
    for (row, rowCounts) in counts.enumerated() {
      let sum = Self.sum(rowCounts)
      for (column, count) in rowCounts.enumerated() {
        let share = sum > 0 ? Double(count) / sum : 0
        let (x, y) = (
          layout.start(of: column, from: layout.left), layout.start(of: row, from: layout.top)
        )
        canvas.rectangle(
          x + gap / 2, y + gap / 2, layout.cell - gap, layout.cell - gap, "fill s0", radius: 1.5,
          opacity: Self.opacity(share),
          tooltip: "true \(classNames[row]), predicted \(classNames[column]): \(count)")
        if layout.cell >= Self.smallestCountedCell, count > 0 {
          drawCount(count, share: share, x + layout.cell / 2, y + layout.cell / 2 + 4, layout, on: &canvas)
        }
      }
    }
  }

  private func drawCount(
    _ count: Int, share: Double, _ x: Double, _ y: Double, _ layout: Layout, on canvas: inout SVGCanvas
  ) {
    let exact = "\(count)"
    let fits = TextMeasure.width(exact, size: 12) <= layout.cell - 4
    let text = fits ? exact : HumanUnits.count(count).filter { $0 != " " }
    guard TextMeasure.width(text, size: 12) <= layout.cell else { return }
    canvas.text(text, x, y, share > 0.5 ? "on number" : "number", anchor: .middle)
  }

  private func drawJoinedCells(_ layout: Layout, on canvas: inout SVGCanvas) {
    canvas.rectangle(
      layout.left, layout.top, layout.size, layout.size, "fill s0", opacity: Self.opacity(0))
    var paths = Array(repeating: "", count: Self.shades + 1)
    for (row, rowCounts) in counts.enumerated() {
      let sum = Self.sum(rowCounts)
      for (column, count) in rowCounts.enumerated() where count > 0 {
        let shade = Int((Double(count) / sum * Double(Self.shades)).rounded(.up))
        let (x, y) = (
          layout.start(of: column, from: layout.left), layout.start(of: row, from: layout.top)
        )
        paths[shade] += "M\(px(x)) \(px(y))h\(px(layout.cell))v\(px(layout.cell))h\(px(-layout.cell))z"
      }
    }
    for (shade, path) in paths.enumerated() where !path.isEmpty {
      canvas.path(path, "fill s0", opacity: Self.opacity(Double(shade) / Double(Self.shades)))
    }
  }

  private func drawRecall(_ layout: Layout, on canvas: inout SVGCanvas) {
    guard layout.nameStride == 1 else { return }
    let right = layout.left + layout.size + 54
    canvas.text("Recall", right, layout.top - 8, "muted", anchor: .end)
    for (index, row) in counts.enumerated() {
      let sum = Self.sum(row)
      let text = sum > 0 ? HumanUnits.percent(Double(row[index]) / sum) : "–"
      canvas.text(
        text, right, layout.middle(of: index, from: layout.top) + 4, "muted number", anchor: .end)
    }
  }

  private func drawColorScale(_ layout: Layout, on canvas: inout SVGCanvas) {
    let y = layout.top + layout.size + 22
    let step = 10.0
    canvas.text("Share of the true class", layout.left, y + 10, "muted")
    let left = layout.left + 190
    canvas.text("0 %", left - 6, y + 10, "muted number", anchor: .end)
    for shade in 0...10 {
      canvas.rectangle(
        left + Double(shade) * step, y, step, 12, "fill s0", opacity: Self.opacity(Double(shade) / 10))
    }
    canvas.text("100 %", left + 11 * step + 6, y + 10, "muted number")
  }

  /// Even empty cells are tinted, so that the grid is seen.
  private static func opacity(_ share: Double) -> Double {
    0.05 + 0.95 * share
  }

  private static func sum(_ row: [Int]) -> Double {
    row.reduce(0) { $0 + Double($1) }
  }
}
