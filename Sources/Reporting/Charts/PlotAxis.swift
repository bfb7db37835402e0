import Foundation

/// An axis laid out over pixels.
struct PlotAxis {
  var ticks: Ticks
  private let isLogarithmic: Bool
  private let pixels: (from: Double, to: Double)

  /// - Parameters:
  ///   - values: The values to show.
  ///   - start: The pixel of the least value.
  ///   - end: The pixel of the greatest value.
  init(
    _ axis: ChartAxis, values: [Double], from start: Double, to end: Double, about tickCount: Int,
    wholeSteps: Bool = false, rounded: Bool = true
  ) {
    isLogarithmic = axis.scale == .logarithmic
    ticks =
      isLogarithmic
      ? Ticks(logarithmicOver: values, about: tickCount, format: axis.format)
      : Ticks(
        linearOver: values, about: tickCount, format: axis.format, includesZero: axis.includesZero,
        wholeSteps: wholeSteps, rounded: rounded)
    pixels = (start, end)
  }

  /// The pixel of `value`, or `nil` where the axis cannot show it.
  func pixel(_ value: Double) -> Double? {
    guard abs(value) <= Ticks.greatestMagnitude, !isLogarithmic || value >= Ticks.leastMagnitude else {
      return nil
    }
    let (lower, upper) = (transformed(ticks.domain.lowerBound), transformed(ticks.domain.upperBound))
    return pixels.from + (transformed(value) - lower) / (upper - lower) * (pixels.to - pixels.from)
  }

  private func transformed(_ value: Double) -> Double {
    isLogarithmic ? log10(value) : value
  }
}
