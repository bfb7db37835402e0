/// Checks of numbers that were given as options; a number that cannot be used is a failure (exit 1), not wrong usage.
enum OptionCheck {
  /// Stops at the first option below its minimum, or so large that no machine could do it; options that were not given are nil.
  /// - Throws: ``CommandError`` that names the option.
  static func require(
    atLeast minimum: Int, atMost maximum: Int = 10_000_000, _ options: KeyValuePairs<String, Int?>
  ) throws {
    for case (let name, let value?) in options {
      if value < minimum { throw CommandError("\(name) is \(value); expected at least \(minimum)") }
      if value > maximum { throw CommandError("\(name) is \(value); expected at most \(maximum)") }
    }
  }

  /// Stops where tensors with these extents would have more elements than kernels count.
  /// - Throws: ``CommandError``.
  static func requireElements(_ tensors: [[Int]]) throws {
    guard tensors.allSatisfy({ $0.map(Double.init).reduce(1, *) < 0x1p31 }) else {
      throw CommandError("the weight or an activation has 2³¹ elements or more; expected a smaller layer or batch")
    }
  }
}
