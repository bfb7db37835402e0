import Formats
import Foundation
import Reporting
import Training

/// `report.html` of a comparison: scores and costs in one table, scores against memory and operations, and how each run learned.
public struct ComparisonReport {
  private let title: String
  private let command: String
  private let comparison: Comparison

  /// A report of what is done so far.
  /// - Parameters:
  ///   - title: the heading.
  ///   - command: makes the comparison again.
  ///   - comparison: the runs so far.
  public init(title: String, command: String, _ comparison: Comparison) {
    (self.title, self.command, self.comparison) = (title, command, comparison)
  }

  /// Writes the file into the folder of the comparison.
  /// - Throws: where logs cannot be read or the file cannot be written.
  public func write() throws {
    let runs = comparison.runs
    var report = HTMLReport(title: title, subtitle: "Martlet")
    report.addKeyFigures(keyFigures(runs))
    report.addHeading("Strategies")
    report.addParagraph(
      "All runs begin with the same weights and have the same options and seed. Each has a folder of its own with a report. "
        + "Peak: tensors alive at the peak of a step; kept: for the backward pass of the pictures that are computed together. "
        + "A multiply-add counts as two floating-point operations.")
    report.addTable(ComparisonTable.table(runs))
    report.addHeading("What accuracy costs")
    report.addFigure(
      scatter("Score against memory", ChartAxis("peak of tensors in a step", format: .bytes), \.peakBytes))
    report.addFigure(
      scatter(
        "Score against operations", ChartAxis("floating-point operations of a step", format: .count), \.operations))
    report.addHeading("Learning")
    report.addFigure(try curves())
    report.addHeading("Run it again")
    report.addCommands([command])
    try AtomicFile.write(Array(report.html().utf8), to: comparison.folder.report)
  }

  private func keyFigures(_ runs: [ComparedRun]) -> [HTMLReport.KeyFigure] {
    func extreme<Value: Comparable>(
      _ name: String, _ value: (ComparedRun) -> Value?, by areInOrder: (Value, Value) -> Bool, _ text: (Value) -> String
    ) -> [HTMLReport.KeyFigure] {
      let found = runs.compactMap { run in value(run).map { (run.name, $0) } }
      return found.min { areInOrder($0.1, $1.1) }.map { [.init(name, text($0.1), note: $0.0)] } ?? []
    }
    return extreme("best \(ComparisonTable.scoreName(runs))", \.score, by: >) { HumanUnits.percent($0) }
      + extreme("least memory", \.peakBytes, by: <) { ValueFormat.bytes.text($0) }
      + extreme("fewest operations", \.operations, by: <) { HumanUnits.count($0) }
      + extreme("fastest step", \.milliseconds, by: <) { HumanUnits.duration(seconds: $0 / 1000) }
  }

  private var scoreAxis: ChartAxis { ChartAxis(ComparisonTable.scoreName(comparison.runs), format: .percent) }

  /// Entries that trained, in the order that gives them their colours.
  private var trained: [(entry: ComparisonEntry, run: ComparedRun, score: Double)] {
    comparison.entries.compactMap { entry in
      comparison[entry].flatMap { run in run.score.map { (entry, run, $0) } }
    }
  }

  /// One point a strategy, in the colours of the curves.
  private func scatter(_ title: String, _ axis: ChartAxis, _ cost: (ComparedRun) -> Double?) -> ScatterChart {
    ScatterChart(
      title: title, xAxis: axis, yAxis: scoreAxis,
      groups: trained.map { entry, run, score in
        .init(entry.text, points: cost(run).map { [.init(entry.text, x: $0, y: score)] } ?? [])
      })
  }

  /// The score on held-out pictures after each epoch.
  private func curves() throws -> LineChart {
    let series = try trained.map { entry, _, _ in
      let log = try comparison.folder(of: entry).metrics
      let lines = FileManager.default.fileExists(atPath: log.path) ? try MetricsLog.lines(of: log) : []
      let points = lines.filter { $0["split"]?.stringValue == "validation" }.compactMap { line -> SIMD2<Double>? in
        guard let epoch = line["epoch"]?.doubleValue, let value = (line["miou"] ?? line["accuracy"])?.doubleValue
        else { return nil }
        return SIMD2(epoch + 1, value)
      }
      return ChartSeries(entry.text, points: points)
    }
    return LineChart(
      title: "Score on held-out pictures", xAxis: ChartAxis("epoch"), yAxis: scoreAxis, series: series)
  }
}
