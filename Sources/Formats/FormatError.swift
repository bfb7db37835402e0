/// What went wrong with a file: what was found there, what was expected, and what to do about it.
///
/// Every reader and writer of this module throws this error and no other.
public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the file, or the name that the caller gave to bytes in memory.
  public let file: String
  /// What was found, such as `tensor 'fc.weight' ends at byte 96 of 64`.
  public let found: String
  /// What was expected instead; empty when `found` says it all.
  public let expected: String
  /// What to do about it; empty when there is nothing to advise.
  public let advice: String

  /// Creates an error about `file`.
  public init(file: String, found: String, expected: String = "", advice: String = "") {
    self.file = file
    self.found = found
    self.expected = expected
    self.advice = advice
  }

  /// One sentence: file, found, expected, advice.
  public var description: String {
    var parts = ["\(file): \(found)"]
    if !expected.isEmpty { parts.append("expected \(expected)") }
    if !advice.isEmpty { parts.append(advice) }
    return parts.joined(separator: "; ")
  }
}

/// Text from a file made safe to print: quoted, control characters escaped, cut to 100 characters.
func quoted(_ text: some StringProtocol) -> String {
  let limit = 100
  var result = "'"
  for scalar in text.unicodeScalars.prefix(limit) {
    result += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return result + (text.unicodeScalars.count > limit ? "…'" : "'")
}
