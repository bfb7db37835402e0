import Foundation

/// Numbers as people read them. The decimal point is always a point.
public enum HumanUnits {
  /// Bytes with a binary unit: `512 B`, `1.5 KiB`, `203 MiB`.
  public static func bytes(_ count: Int) -> String {
    scaled(Double(count), base: 1024, units: ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"])
  }

  /// A count with a decimal unit: `950`, `3.41 M`, `1.82 G`.
  public static func count(_ count: Int) -> String {
    self.count(Double(count))
  }

  /// A count with a decimal unit: `950`, `3.41 M`, `1.82 G`.
  public static func count(_ count: Double) -> String {
    scaled(count, base: 1000, units: ["", "k", "M", "G", "T", "P", "E"])
  }

  /// Seconds as a duration: `340 µs`, `12.5 ms`, `8.4 s`, `3:07`, `2:15:09`, `4 d 02:15`.
  public static func duration(seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e12 else { return "–" }
    if seconds < 0 { return "-" + duration(seconds: -seconds) }
    if seconds == 0 { return "0 s" }
    if seconds < 0.000_999_5 { return significant(seconds * 1e6) + " µs" }
    if seconds < 0.999_5 { return significant(seconds * 1e3) + " ms" }
    if seconds < 59.95 { return fixed(seconds, digits: seconds < 9.995 ? 2 : 1) + " s" }
    return clock(seconds: seconds)
  }

  /// Seconds as on a clock: `0:32`, `3:07`, `2:15:09`, `4 d 02:15`.
  public static func clock(seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e12 else { return "–" }
    let total = Int(max(0, seconds).rounded())
    let (days, hours, minutes) = (total / 86_400, total / 3600 % 24, total / 60 % 60)
    if days > 0 { return "\(days) d \(twoDigits(hours)):\(twoDigits(minutes))" }
    if hours > 0 { return "\(hours):\(twoDigits(minutes)):\(twoDigits(total % 60))" }
    return "\(minutes):\(twoDigits(total % 60))"
  }

  /// A fraction as a percentage: `0.873` is `87.3 %`.
  public static func percent(_ fraction: Double, digits: Int = 1) -> String {
    guard fraction.isFinite else { return "–" }
    return fixed(fraction * 100, digits: digits) + " %"
  }

  /// A number with `digits` digits after the point.
  public static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return "–" }
    return String(format: "%.*f", digits, value)
  }

  /// A number with three significant digits: `0.00123`, `1.23`, `123`, `1.23e9`, `4.56e-7`.
  public static func significant(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if abs(value) < 1e-300 { return "0" }
    let exponent = Int(floor(log10(abs(value))))
    guard -4...5 ~= exponent else {
      return fixed(value / pow(10, Double(exponent)), digits: 2) + "e\(exponent)"
    }
    return fixed(value, digits: max(0, 2 - exponent))
  }

  /// A whole number with its thousands apart by thin spaces: `50 000`.
  public static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[max(0, $0 - 3)..<$0]) }
    return (value < 0 ? "-" : "") + groups.reversed().joined(separator: "\u{202F}")
  }

  private static func scaled(_ value: Double, base: Double, units: [String]) -> String {
    guard value.isFinite else { return "–" }
    var (scaled, index) = (value, 0)
    while abs(scaled) >= base * 0.9995, index < units.count - 1 {
      scaled /= base
      index += 1
    }
    let isWhole = index == 0 && scaled == scaled.rounded()
    let digits = isWhole ? 0 : abs(scaled) < 9.995 ? 2 : abs(scaled) < 99.95 ? 1 : 0
    return fixed(scaled, digits: digits) + (units[index].isEmpty ? "" : " " + units[index])
  }

  private static func twoDigits(_ value: Int) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }
}
