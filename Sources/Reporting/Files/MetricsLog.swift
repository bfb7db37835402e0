import Foundation

/// The file `metrics.jsonl` of a run: one JSON object a line, in the order of time.
///
/// Lines that belong to a training step carry it under the key `step`. Every line is handed to the operating
/// system, whole, before ``append(_:)`` returns.
public final class MetricsLog {
  private let file: AppendingFile

  /// Opens the log at `url` for appending, creating it when it is not there.
  ///
  /// A torn last line, left by a crash or a full disk, is removed.
  ///
  /// - Throws: ``ReportingError`` if the file cannot be opened, read or mended.
  public init(url: URL) throws {
    file = try AppendingFile(path: url.path)
    let lines = try MetricsLines(path: url.path)
    if lines.hasUnfinishedEnd {
      try file.truncate(to: lines.endOfWholeLines)
    }
  }

  /// Appends one line.
  ///
  /// - Throws: ``ReportingError`` if the file cannot be written.
  public func append(_ line: JSONObject) throws {
    try file.append(Array((JSONValue.object(line).serialized() + "\n").utf8))
  }

  /// Cuts the log at the first line whose `step` is greater than `step`, as a resumed run must.
  ///
  /// - Throws: ``ReportingError`` with the line number, if a line before the cut is not a JSON object; or if
  ///   the file cannot be read or shortened.
  public func truncate(afterStep step: Int) throws {
    let lines = try MetricsLines(path: file.path)
    for line in lines.ranges {
      if let found = try lines.object(at: line)["step"]?.integerValue, found > step {
        return try file.truncate(to: line.lowerBound)
      }
    }
  }

  /// The lines of the log at `url`; a torn last line is left out.
  ///
  /// - Throws: ``ReportingError`` with the line number, if another line is not a JSON object; or if the file
  ///   cannot be read.
  public static func lines(of url: URL) throws -> [JSONObject] {
    let lines = try MetricsLines(path: url.path)
    return try lines.ranges.map(lines.object(at:))
  }
}

/// The bytes of a log, cut into lines. A line counts as whole once its line feed is there.
private struct MetricsLines {
  let path: String
  let bytes: [UInt8]
  let ranges: [Range<Int>]
  let endOfWholeLines: Int

  init(path: String) throws {
    guard let content = FileManager.default.contents(atPath: path) else {
      throw ReportingError("cannot read '\(path)': expected a metrics log with one JSON object a line")
    }
    let bytes = Array(content)
    var ranges: [Range<Int>] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      ranges.append(start..<index)
      start = index + 1
    }
    self.path = path
    self.bytes = bytes
    self.ranges = ranges
    self.endOfWholeLines = start
  }

  var hasUnfinishedEnd: Bool { endOfWholeLines < bytes.count }

  func object(at range: Range<Int>) throws -> JSONObject {
    guard let object = try? JSONValue(parsing: bytes[range]).objectValue else {
      let line = 1 + bytes.prefix(range.lowerBound).count { $0 == 0x0A }
      throw ReportingError(
        "line \(line) of '\(path)' is not a JSON object: expected one object a line, as a run writes them")
    }
    return object
  }
}
