import Foundation
import Reporting

/// Writes the numbers of a run to `metrics.jsonl` and to TensorBoard's event files.
final class RunLog {
  private let metrics: MetricsLog
  private let events: EventFileWriter

  /// Opens the logs of a folder.
  /// - Parameter step: the last step that counts; lines and points after it are dropped.
  init(_ folder: RunFolder, afterStep step: Int) throws {
    metrics = try MetricsLog(url: folder.metrics)
    try metrics.truncate(afterStep: step)
    events = try EventFileWriter(folder: folder.url, resumingAtStep: step + 1)
  }

  /// Appends numbers of a step; `split` is "train" or "validation".
  func append(_ split: String, step: Int, epoch: Int, _ values: KeyValuePairs<String, Double>) throws {
    var line: JSONObject = ["split": .string(split), "step": .integer(step), "epoch": .integer(epoch)]
    for (key, value) in values { line[key] = .number(value) }
    try metrics.append(line)
    try events.append(values.map { ("\(split)/\($0.key)", Float($0.value)) }, step: step)
  }
}
