import Foundation

/// The ticks of one axis: where they stand and what they say.
struct Ticks: Equatable {
  var values: [Double]
  var labels: [String]
  /// The range that the axis covers.
  var domain: ClosedRange<Double>

  /// Values of a greater magnitude are not shown.
  static let greatestMagnitude = 1e100
  /// A logarithmic axis does not show smaller values, a linear one takes smaller ranges as empty.
  static let leastMagnitude = 1e-100

  /// Ticks at multiples of 1, 2 or 5 times a power of ten.
  ///
  /// - Parameters:
  ///   - values: The values to show; there must be a finite one, else the axis goes from 0 to 1.
  ///   - count: About how many steps to make.
  ///   - wholeSteps: Whether steps below 1 make no sense, as between epochs.
  ///   - rounded: Whether the axis reaches from tick to tick, or just from the least to the greatest value.
  init(
    linearOver values: [Double], about count: Int, format: ValueFormat, includesZero: Bool = false,
    wholeSteps: Bool = false, rounded: Bool = true
  ) {
    let range = Self.range(
      of: values.filter { abs($0) <= Self.greatestMagnitude }, includesZero: includesZero)
    let unit = format.unit(forMagnitude: max(abs(range.lowerBound), abs(range.upperBound)))
    let (lower, upper) = (range.lowerBound / unit.size, range.upperBound / unit.size)
    let rough = (upper - lower) / Double(max(1, count))
    var exponent = Int(floor(log10(rough)))
    var mantissa = [1, 2, 5].first { $0 * Self.powerOfTen(exponent) >= rough * 0.999 } ?? 10
    if wholeSteps, unit.size == 1, exponent < 0 { (exponent, mantissa) = (0, 1) }
    let step = mantissa * Self.powerOfTen(exponent)
    let decimals = max(0, -exponent - (mantissa == 10 ? 1 : 0))
    let tolerance = 1e-6
    let first = (rounded ? floor(lower / step + tolerance) : ceil(lower / step - tolerance)) + 0
    let last = rounded ? ceil(upper / step - tolerance) : floor(upper / step + tolerance)
    let multiples = stride(from: first, through: max(first, last), by: 1)
    self.values = multiples.map { Self.multiple($0, mantissa: mantissa, exponent: exponent) * unit.size }
    labels = multiples.map {
      let value = Self.multiple($0, mantissa: mantissa, exponent: exponent)
      let isShort = decimals <= 6 && abs(value) < 1e7
      return (isShort ? HumanUnits.fixed(value, digits: decimals) : ValueFormat.plain.shortText(value))
        + unit.suffix
    }
    domain = rounded ? first * step * unit.size...max(first + 1, last) * step * unit.size : range
  }

  /// Ticks at powers of ten (of two for bytes), with 2 and 5 times them where there are few.
  init(logarithmicOver values: [Double], about count: Int, format: ValueFormat) {
    let positive = values.filter { (Self.leastMagnitude...Self.greatestMagnitude).contains($0) }
    let lower = positive.min() ?? 1
    let upper = max(positive.max() ?? 10, lower * 1.01)
    let domain = lower...upper
    let candidates = Self.logarithmicCandidates(over: domain, base: format == .bytes ? 2 : 10)
      .map { ticks in ticks.filter { domain.contains($0) } }
    self.domain = domain
    self.values = candidates.first { 2...max(2, count + 1) ~= $0.count } ?? candidates.last ?? []
    labels = self.values.map(format.shortText)
  }

  /// From the most to the fewest ticks.
  private static func logarithmicCandidates(over domain: ClosedRange<Double>, base: Double) -> [[Double]] {
    let exponents =
      Int(floor(log(domain.lowerBound) / log(base)))...Int(ceil(log(domain.upperBound) / log(base)))
    let dense: [[Double]] =
      base == 10
      ? [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3]].map { mantissas in
        exponents.flatMap { exponent in mantissas.map { $0 * pow(base, Double(exponent)) } }
      } : []
    return dense
      + (1...12).map { step in
        exponents.filter { $0 % step == 0 }.map { pow(base, Double($0)) }
      }
  }

  private static func range(of values: [Double], includesZero: Bool) -> ClosedRange<Double> {
    guard var lower = values.min(), var upper = values.max() else { return 0...1 }
    if includesZero { (lower, upper) = (min(lower, 0), max(upper, 0)) }
    let magnitude = max(abs(lower), abs(upper))
    if upper - lower <= max(magnitude * 1e-9, leastMagnitude) {
      let margin = magnitude < leastMagnitude ? 1 : magnitude * 0.1
      (lower, upper) = (lower - margin, upper + margin)
    }
    return lower...upper
  }

  private static func powerOfTen(_ exponent: Int) -> Double {
    pow(10, Double(exponent))
  }

  /// Divides for negative exponents, so that 3 × 10⁻¹ is 0.3 and not 0.30000000000000004.
  private static func multiple(_ count: Double, mantissa: Double, exponent: Int) -> Double {
    exponent < 0 ? count * mantissa / powerOfTen(-exponent) : count * mantissa * powerOfTen(exponent)
  }
}
