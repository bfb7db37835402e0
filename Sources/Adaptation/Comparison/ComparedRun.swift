import Reporting

/// What became of an entry of a comparison: the numbers of its run, or the reason why there is none.
public struct ComparedRun: Sendable {
  /// What the command prints of a single run, with the entry under "strategy"; or the entry, and the reason under "error".
  public let document: JSONObject

  /// A run as a file keeps it.
  init(_ document: JSONObject) { self.document = document }

  /// A run that ended, or the plan of one.
  public init(_ entry: ComparisonEntry, _ numbers: JSONObject) {
    document = (["strategy": .string(entry.text)] as JSONObject).merging(numbers)
  }

  /// A run that cannot be.
  public init(_ entry: ComparisonEntry, failure: any Error) {
    document = ["strategy": .string(entry.text), "error": .string("\(failure)")]
  }

  /// The entry.
  public var name: String { document["strategy"]?.stringValue ?? "" }
  /// Why it cannot train; nil for one that can.
  public var failure: String? { document["error"]?.stringValue }

  var layerCount: Int? { document["layers"]?.arrayValue?.count }
  /// The accuracy, or for pixels the mean intersection over union; nil before a training.
  var score: Double? { (document["miou"] ?? document["top1"])?.doubleValue }
  var isOfPixels: Bool { document["miou"] != nil }
  var peakBytes: Double? { measured("peak_tensor_mb").map { $0 * 1_048_576 } }
  var savedBytes: Int? { document["measured"]?["saved_bytes"]?.integerValue }
  var operations: Double? { measured("step_flop") }
  var backwardOperations: Double? { measured("backward_flop") }
  var milliseconds: Double? { measured("step_ms") }
  /// Nil where the training was stopped and resumed.
  var trainingSeconds: Double? { document["training_s"]?.doubleValue }

  private func measured(_ key: String) -> Double? { document["measured"]?[key]?.doubleValue }
}
