/// Checks of numbers that were given as options; a number that cannot be used is a failure (exit 1), not wrong usage.
enum OptionCheck {
  /// Stops at the first option below its minimum; options that were not given are nil.
  /// - Throws: ``CommandError`` that names the option.
  static func require(atLeast minimum: Int, _ options: KeyValuePairs<String, Int?>) throws {
    for (name, value) in options {
      if let value, value < minimum { throw CommandError("\(name) is \(value); expected at least \(minimum)") }
    }
  }
}
