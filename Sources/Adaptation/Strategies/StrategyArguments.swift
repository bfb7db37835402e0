/// The numbers behind a strategy's name in an option, such as 8 and 16 in "lora:8:16".
struct StrategyArguments {
  private let name: String
  private let values: [Substring]
  /// How the option is written, for errors.
  private let form: String

  /// - Throws: ``StrategyError`` unless there are as many arguments as one of the counts.
  init(_ values: [Substring], of name: String, counts: [Int], form: String) throws {
    (self.name, self.values, self.form) = (name, values, form)
    if !counts.contains(values.count) { throw error }
  }

  /// The whole number at a position.
  func integer(_ position: Int) throws -> Int {
    guard let value = Int(values[position]) else { throw error }
    return value
  }

  /// The number at a position.
  func number(_ position: Int) throws -> Double {
    guard let value = Double(values[position]), value.isFinite else { throw error }
    return value
  }

  private var error: StrategyError {
    StrategyError("\"\(([Substring(name)] + values).joined(separator: ":"))\" is not understood; write \(form)")
  }

  /// A number as options write it: without a fraction where it is whole.
  static func text(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
}
