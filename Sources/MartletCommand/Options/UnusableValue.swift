import ArgumentParser

/// A value on the command line that its option cannot take: a failure like a number out of range, not wrong usage.
enum UnusableValue {
  /// What is wrong with the value and which ones are possible, in one line; nil for any other error.
  ///
  /// The parser's error has no public type; the name of its case tells it from all others.
  static func description(of error: any Error) -> String? {
    guard let reason = Mirror(reflecting: error).descendant("parserError"),
      Mirror(reflecting: reason).children.first?.label == "unableToParseValue"
    else { return nil }
    let lines = Martlet.message(for: error).split(whereSeparator: \.isNewline)
    let choices = lines.dropFirst().map { $0.trimmingPrefix("  - ") }.joined(separator: ", ")
    return ([lines.first ?? "", choices[...]]).filter { !$0.isEmpty }.joined(separator: " ")
  }
}
