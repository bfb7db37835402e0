import Foundation

/// How the values of a chart are written.
public enum ValueFormat: Equatable, Sendable {
  /// As they are.
  case plain
  /// Fractions as percentages.
  case percent
  /// Bytes, with a binary unit.
  case bytes
  /// Counts, with a decimal unit.
  case count
  /// Seconds, with a unit of time.
  case seconds

  /// One value on its own.
  public func text(_ value: Double) -> String {
    switch self {
    case .plain:
      value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : HumanUnits.significant(value)
    case .percent: HumanUnits.percent(value)
    case .bytes: Int(exactly: value.rounded()).map(HumanUnits.bytes) ?? "–"
    case .count: HumanUnits.count(value)
    case .seconds: HumanUnits.duration(seconds: value)
    }
  }

  /// One value without zeros at the end of its decimals, for round numbers: `5 M`, `3e-5`.
  func shortText(_ value: Double) -> String {
    let text = text(value)
    let digits = text.prefix { $0 != " " && $0 != "e" }
    guard digits.contains(".") else { return text }
    let withoutZeros = digits.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed()
    return String(withoutZeros) + text.dropFirst(digits.count)
  }

  /// The one unit in which all ticks of an axis that reaches `magnitude` are written.
  func unit(forMagnitude magnitude: Double) -> (size: Double, suffix: String) {
    switch self {
    case .plain:
      return magnitude >= 1e5 && magnitude < 1e15
        ? Self.largestUnit(Self.decimalUnits, below: magnitude) : (1, "")
    case .percent: return (0.01, " %")
    case .bytes: return Self.largestUnit(Self.binaryUnits, below: magnitude)
    case .count: return Self.largestUnit(Self.decimalUnits, below: magnitude)
    case .seconds: return Self.largestUnit(Self.timeUnits, below: magnitude)
    }
  }

  private static func largestUnit(
    _ units: [(size: Double, suffix: String)], below magnitude: Double
  ) -> (size: Double, suffix: String) {
    units.last { $0.size <= magnitude } ?? units[0]
  }

  private static let binaryUnits: [(size: Double, suffix: String)] = [
    (1, " B"), (0x1p10, " KiB"), (0x1p20, " MiB"), (0x1p30, " GiB"), (0x1p40, " TiB"),
  ]
  private static let decimalUnits: [(size: Double, suffix: String)] = [
    (1, ""), (1e3, " k"), (1e6, " M"), (1e9, " G"), (1e12, " T"),
  ]
  private static let timeUnits: [(size: Double, suffix: String)] = [
    (1e-6, " µs"), (1e-3, " ms"), (1, " s"), (60, " min"), (3600, " h"),
  ]
}
