/// What a progress bar shows at one moment, and how it fits into a width.
struct ProgressLine {
  var description: String
  var count: Int
  var total: Int?
  var unit: String
  var fields: [(name: String, value: String)]
  var rate: Double?
  var elapsed: Double
  var memory: Int?
  var isFinished = false

  /// One line for logs.
  var plain: String {
    let parts = [countText(), fieldsText(separator: ", "), rateText, memoryText, timeText].compactMap(\.self)
    return "\(description): " + parts.joined(separator: ", ")
  }

  /// One line of at most `width` cells. What does not fit goes in this order: the count, the memory, the
  /// rate, the bar, the time, the fields.
  func drawn(width: Int) -> String {
    var parts = Part.allCases.filter { text(of: $0, barWidth: 0) != nil }
    for part in Part.leavingOrder where self.width(of: parts) > width {
      parts.removeAll { $0 == part }
    }
    let spare = max(0, width - self.width(of: parts))
    let barWidth = min(Self.widestBar, Self.narrowestBar + spare)
    let line = parts.compactMap { text(of: $0, barWidth: barWidth) }.joined(separator: "  ")
    return line.truncated(toWidth: width)
  }

  private enum Part: CaseIterable {
    case description, percent, bar, count, fields, rate, time, memory

    static let leavingOrder: [Part] = [.count, .memory, .rate, .bar, .time, .fields]
  }

  private static let narrowestBar = 8
  private static let widestBar = 24

  private func width(of parts: [Part]) -> Int {
    let texts = parts.compactMap { text(of: $0, barWidth: Self.narrowestBar) }
    return texts.reduce(0) { $0 + $1.displayWidth } + 2 * max(0, texts.count - 1)
  }

  private func text(of part: Part, barWidth: Int) -> String? {
    switch part {
    case .description: description
    case .percent: fraction.map { percentText($0) }
    case .bar: fraction.map { bar(filling: $0, width: barWidth) }
    case .count: countText(width: total.map { "\($0)".count } ?? 0)
    case .fields: fieldsText(separator: "  ")
    case .rate: rateText
    case .time: timeText
    case .memory: memoryText
    }
  }

  private var fraction: Double? {
    guard let total, total > 0 else { return nil }
    return min(1, max(0, Double(count) / Double(total)))
  }

  private func percentText(_ fraction: Double) -> String {
    let digits = String(Int(fraction * 100))
    return String(repeating: " ", count: 3 - digits.count) + digits + " %"
  }

  private func bar(filling fraction: Double, width: Int) -> String {
    let full = Int(fraction * Double(width))
    return String(repeating: "━", count: full) + String(repeating: "┄", count: width - full)
  }

  private func countText(width: Int = 0) -> String {
    let digits = "\(count)"
    let padding = String(repeating: " ", count: max(0, width - digits.count))
    return padding + digits + (total.map { "/\($0)" } ?? "") + " " + unit
  }

  private func fieldsText(separator: String) -> String? {
    fields.isEmpty ? nil : fields.map { "\($0.name) \($0.value)" }.joined(separator: separator)
  }

  private var rateText: String? {
    rate.map { HumanUnits.significant($0) + " \(unit)/s" }
  }

  private var memoryText: String? {
    memory.map(HumanUnits.bytes)
  }

  private var timeText: String {
    if !isFinished, let total, let rate, rate > 0 {
      return HumanUnits.clock(seconds: Double(max(0, total - count)) / rate) + " left"
    }
    return HumanUnits.clock(seconds: elapsed)
  }
}
