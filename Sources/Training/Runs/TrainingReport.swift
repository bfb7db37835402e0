import DataSets
import Foundation
import Models
import Reporting

/// `report.html` of a training: curves, what was mistaken for what, where time, memory and operations went.
public enum TrainingReport {
  /// What the report shows besides the logs.
  public struct Contents {
    public var title: String
    /// The command that makes the run again.
    public var command: String
    /// What the model tells apart.
    public var task: ModelEntry.Task
    public var result: EvaluationResult
    public var classNames: [String]
    public var keyFigures: [HTMLReport.KeyFigure]
    /// A training step by module and by kind of operation.
    public var modules: LedgerProfile
    public var operations: LedgerProfile
    /// Classified pictures, or scenes with their label maps.
    public var pictures: [PictureGrid.Item]
    /// What a method has to say of itself, after the mistakes.
    public var sections: [Section]

    /// The contents of a report.
    public init(
      title: String, command: String, task: ModelEntry.Task = .classification, result: EvaluationResult,
      classNames: [String], keyFigures: [HTMLReport.KeyFigure], modules: LedgerProfile, operations: LedgerProfile,
      pictures: [PictureGrid.Item] = [], sections: [Section] = []
    ) {
      (self.title, self.command, self.task, self.result) = (title, command, task, result)
      (self.classNames, self.sections) = (classNames, sections)
      (self.keyFigures, self.modules, self.operations, self.pictures) = (keyFigures, modules, operations, pictures)
    }
  }

  /// A heading with text, charts and tables below it.
  public struct Section {
    public var heading: String
    public var text: String
    public var charts: [any Chart]
    public var tables: [(table: TextTable, caption: String)]

    /// A section.
    public init(
      _ heading: String, text: String = "", charts: [any Chart] = [], tables: [(table: TextTable, caption: String)] = []
    ) { (self.heading, self.text, self.charts, self.tables) = (heading, text, charts, tables) }

    func add(to report: inout HTMLReport) {
      report.addHeading(heading)
      if !text.isEmpty { report.addParagraph(text) }
      for chart in charts { report.addFigure(chart) }
      for (table, caption) in tables { report.addTable(table, caption: caption) }
    }
  }

  /// Writes the report of a run.
  /// - Throws: where logs cannot be read or the file cannot be written.
  public static func write(_ contents: Contents, to folder: RunFolder) throws {
    let lines = try MetricsLog.lines(of: folder.metrics)
    var report = HTMLReport(title: contents.title, subtitle: "Martlet")
    report.addKeyFigures(contents.keyFigures)
    report.addHeading("Learning")
    report.addFigure(curves("Loss", lines, "loss", .init("loss")))
    switch contents.task {
    case .classification:
      report.addFigure(curves("Accuracy", lines, "accuracy", .init("accuracy", format: .percent)))
    case .segmentation:
      report.addFigure(
        curves("Mean intersection over union", lines, "miou", .init("mIoU", format: .percent), ["validation"]))
      report.addFigure(curves("Pixel accuracy", lines, "pixel_accuracy", .init("accuracy", format: .percent)))
    }
    report.addHeading("Mistakes")
    if contents.task == .segmentation { report.addFigure(classBars(contents)) }
    report.addFigure(
      try ConfusionMatrixChart(
        title: contents.task == .segmentation ? "True and predicted classes of pixels" : "True and predicted classes",
        classNames: contents.classNames, counts: contents.result.confusion))
    if !contents.pictures.isEmpty {
      report.addFigure(PictureGrid(title: "Held-out pictures", items: contents.pictures))
    }
    for section in contents.sections { section.add(to: &report) }
    report.addHeading("Where time, memory and operations went")
    report.addParagraph("One training step after warm-up. A multiply-add counts as two floating-point operations.")
    let rows = contents.modules.rows.prefix(30)
    report.addFigure(
      bars("Time by layer", "milliseconds", .plain, rows) { ($0.forward.milliseconds, $0.backward.milliseconds) })
    report.addFigure(
      bars("Operations by layer", "floating-point operations", .count, rows) {
        ($0.forward.operations, $0.backward.operations)
      })
    report.addFigure(
      BarChart(
        title: "Memory kept for the backward pass by layer", axis: ChartAxis("bytes", format: .bytes),
        bars: rows.filter { $0.savedBytes > 0 }.map { .init($0.name, Double($0.savedBytes)) }))
    report.addTable(contents.operations.table(), caption: "By kind of operation")
    report.addTable(contents.modules.table(), caption: "By layer")
    report.addHeading("Run it again")
    report.addCommands([contents.command])
    try folder.write(report.html(), to: folder.report)
  }

  private static func curves(
    _ title: String, _ lines: [JSONObject], _ key: String, _ axis: ChartAxis,
    _ splits: [String] = ["train", "validation"]
  ) -> LineChart {
    func series(_ split: String) -> ChartSeries {
      let points = lines.filter { $0["split"]?.stringValue == split }.compactMap { line -> SIMD2<Double>? in
        guard let step = line["step"]?.doubleValue, let value = line[key]?.doubleValue else { return nil }
        return SIMD2(step, value)
      }
      return ChartSeries(split, points: points)
    }
    return LineChart(title: title, xAxis: ChartAxis("step"), yAxis: axis, series: splits.map(series))
  }

  /// How well each class is found; classes that do not occur have no bar.
  private static func classBars(_ contents: Contents) -> BarChart {
    BarChart(
      title: "Intersection over union by class", axis: ChartAxis("IoU", format: .percent),
      bars: zip(contents.classNames, contents.result.perClassIoU).compactMap { name, value in
        value.map { .init(name, $0) }
      })
  }

  private static func bars(
    _ title: String, _ unit: String, _ format: ValueFormat, _ rows: ArraySlice<LedgerProfile.Row>,
    _ values: (LedgerProfile.Row) -> (Double, Double)
  ) -> BarChart {
    BarChart(
      title: title, axis: ChartAxis(unit, format: format), segments: ["forward", "backward"],
      bars: rows.map { row in
        let (forward, backward) = values(row)
        return .init(row.name, values: [forward, backward])
      })
  }
}
