/// Bytes as an option writes them, such as 64MB; a megabyte has 2²⁰ bytes.
struct ByteCount {
  let bytes: Int

  /// - Throws: ``CommandError`` that says what was expected.
  init(parsing text: String) throws {
    bytes = Int(
      try Quantity.parse(
        text,
        units: ["": 1, "B": 1, "KB": 0x1p10, "MB": 0x1p20, "GB": 0x1p30, "KiB": 0x1p10, "MiB": 0x1p20, "GiB": 0x1p30],
        expected: "bytes, such as 64MB"))
  }
}

/// A time as an option writes it, such as 200ms or 1.5s; milliseconds without a unit.
struct StepTime {
  let milliseconds: Double

  /// - Throws: ``CommandError`` that says what was expected.
  init(parsing text: String) throws {
    milliseconds = try Quantity.parse(text, units: ["": 1, "ms": 1, "s": 1000], expected: "a time, such as 200ms")
  }
}

/// A number of operations as an option writes it, such as 2e9, 500M or 2G.
struct OperationCount {
  let operations: Double

  /// - Throws: ``CommandError`` that says what was expected.
  init(parsing text: String) throws {
    operations = try Quantity.parse(
      text, units: ["": 1, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12], expected: "a number of operations, such as 2G")
  }
}

/// Numbers with units.
private enum Quantity {
  /// The number in the smallest unit.
  /// - Throws: ``CommandError`` for text that is none, or that is not above 0 and below 2⁵³.
  static func parse(_ text: String, units: [String: Double], expected: String) throws -> Double {
    let digits = text.prefix { $0.isNumber || ".+-eE".contains($0) }
    guard let number = Double(digits), let unit = units[String(text.dropFirst(digits.count))],
      case let value = number * unit, value > 0 && value < 0x1p53
    else { throw CommandError("expected \(expected)") }
    return value
  }
}
