/// A picture of numbers, drawn as SVG without scripts.
///
/// Charts are drawn in their own order of colours that people with colour blindness can tell apart, follow the
/// light or dark scheme of the viewer, and carry a title and a description for screen readers.
public protocol Chart: Sendable {
  /// The title above the chart.
  var title: String { get }
  /// What the chart shows, in words.
  var summary: String { get }
  /// The `svg` element.
  ///
  /// - Parameter embedsStyle: Whether the element brings ``ChartStyle/css``; pass `false` where the page has it.
  func svg(embedsStyle: Bool) -> String
}

extension Chart {
  /// The chart as the text of an SVG file.
  public func svg() -> String {
    svg(embedsStyle: true)
  }
}

/// One named curve, colour of bars or group of points.
public struct ChartSeries: Equatable, Sendable {
  /// The name in the legend.
  public var name: String
  /// The points, as (x, y). Points that are not finite leave a gap.
  public var points: [SIMD2<Double>]

  /// Creates a series from its points.
  public init(_ name: String, points: [SIMD2<Double>]) {
    self.name = name
    self.points = points
  }

  /// Creates a series from values at x = `first`, `first` + 1, …
  public init(_ name: String, values: [Double], first: Double = 1) {
    self.init(name, points: values.enumerated().map { SIMD2(first + Double($0.offset), $0.element) })
  }
}

/// One axis of a chart.
public struct ChartAxis: Equatable, Sendable {
  /// How values are spread over the axis.
  public enum Scale: Equatable, Sendable {
    /// Equal differences take equal lengths.
    case linear
    /// Equal ratios take equal lengths; values that are not positive are left out.
    case logarithmic
  }

  /// What the axis shows.
  public var title: String
  /// How values are written.
  public var format: ValueFormat
  /// How values are spread.
  public var scale: Scale
  /// Whether a linear axis starts at zero even when all values are far from it.
  public var includesZero: Bool

  /// Creates an axis.
  public init(
    _ title: String, format: ValueFormat = .plain, scale: Scale = .linear, includesZero: Bool = false
  ) {
    self.title = title
    self.format = format
    self.scale = scale
    self.includesZero = includesZero
  }
}
