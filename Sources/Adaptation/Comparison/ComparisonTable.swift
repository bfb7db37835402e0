import Reporting

/// Runs of a comparison beside each other.
public enum ComparisonTable {
  /// Score and costs of each run, the best first, then what cannot train and why.
  public static func table(_ runs: [ComparedRun]) -> TextTable {
    let isTrained = runs.contains { $0.score != nil }
    let hasFailures = runs.contains { $0.failure != nil }
    let score = isTrained ? [TextTable.Column(scoreName(runs), .right)] : []
    let time = isTrained ? [TextTable.Column("training", .right)] : []
    let costHeads = ["peak", "kept", "step FLOP", "backward FLOP", "ms a step"].map { TextTable.Column($0, .right) }
    return TextTable(
      columns: [.init("strategy"), .init("layers", .right)] + score + costHeads + time
        + (hasFailures ? [.init("cannot train")] : []),
      rows: ordered(runs).map { run in
        [run.name, text(run.layerCount) { "\($0)" }] + (isTrained ? [text(run.score) { HumanUnits.percent($0) }] : [])
          + costs(of: run) + (isTrained ? [text(run.trainingSeconds) { HumanUnits.duration(seconds: $0) }] : [])
          + (hasFailures ? [run.failure ?? ""] : [])
      })
  }

  /// What the score is called.
  static func scoreName(_ runs: [ComparedRun]) -> String { runs.contains(where: \.isOfPixels) ? "mIoU" : "accuracy" }

  private static func costs(of run: ComparedRun) -> [String] {
    [
      text(run.peakBytes) { ValueFormat.bytes.text($0) }, text(run.savedBytes) { HumanUnits.bytes($0) },
      text(run.operations) { HumanUnits.count($0) }, text(run.backwardOperations) { HumanUnits.count($0) },
      text(run.milliseconds) { HumanUnits.significant($0) },
    ]
  }

  private static func text<Value>(_ value: Value?, _ format: (Value) -> String) -> String { value.map(format) ?? "–" }

  /// By falling score; of equal ones, and without scores, in the order of the comparison, failures last.
  private static func ordered(_ runs: [ComparedRun]) -> [ComparedRun] {
    func rank(_ run: ComparedRun) -> Double { run.failure == nil ? run.score ?? -1 : -2 }
    return runs.enumerated().sorted { (rank($0.element), -$0.offset) > (rank($1.element), -$1.offset) }.map(\.element)
  }
}
