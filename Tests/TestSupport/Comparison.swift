import Tensor
import Testing

/// How far two arrays of numbers are from each other.
///
/// Elements are close where |actual − expected| ≤ atol + rtol · max |expected|. The largest element sets the scale, since
/// rounding errors of sums follow the size of the terms, not the size of a result that happens to cancel. NaN is close to
/// NaN, and an infinity to the same infinity.
public struct Comparison: CustomStringConvertible, Sendable {
  /// Why the arrays cannot be compared element by element; nil if they can.
  public private(set) var mismatch: String?
  /// The largest |actual − expected|; infinite where one of them is not finite and the other differs.
  public private(set) var maximumDifference = 0.0
  /// The largest |actual − expected| over max |expected|.
  public private(set) var maximumRelativeDifference = 0.0
  /// The index of the largest difference.
  public private(set) var index: Int?
  private var values = (actual: Float(0), expected: Float(0))
  private var tolerance = 0.0

  /// Compares two arrays.
  public init(_ actual: [Float], _ expected: [Float], rtol: Double, atol: Double) {
    guard actual.count == expected.count else {
      mismatch = "\(actual.count) elements where \(expected.count) are expected"
      return
    }
    let scale = expected.reduce(0.0) { $1.isFinite ? max($0, Double($1.magnitude)) : $0 }
    tolerance = atol + rtol * scale
    for (index, (a, b)) in zip(actual, expected).enumerated() {
      let difference = Comparison.difference(a, b)
      if difference > maximumDifference {
        (maximumDifference, self.index, values) = (difference, index, (a, b))
      }
    }
    maximumRelativeDifference = maximumDifference == 0 ? 0 : maximumDifference / scale
  }

  /// Compares two tensors, which must have the same shape.
  public init(_ actual: Tensor, _ expected: Tensor, rtol: Double, atol: Double) {
    self.init(actual.floatArray(), expected.floatArray(), rtol: rtol, atol: atol)
    if actual.shape != expected.shape {
      mismatch = "shape \(actual.shape) where \(expected.shape) is expected"
    }
  }

  private static func difference(_ a: Float, _ b: Float) -> Double {
    if a == b || (a.isNaN && b.isNaN) { return 0 }
    let difference = (Double(a) - Double(b)).magnitude
    return difference.isNaN ? .infinity : difference
  }

  /// Whether all elements are close.
  public var isClose: Bool { mismatch == nil && maximumDifference <= tolerance }

  public var description: String {
    if let mismatch { return mismatch }
    guard let index else { return "equal" }
    return
      "max abs difference \(maximumDifference), relative to the largest \(maximumRelativeDifference), at \(index): "
      + "\(values.actual) where \(values.expected) is expected (tolerance \(tolerance))"
  }
}

/// Expects elements to be close: |actual − expected| ≤ atol + rtol · max |expected|.
public func expectClose(
  _ actual: [Float], _ expected: [Float], rtol: Double = 1e-5, atol: Double = 0, _ name: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expect(Comparison(actual, expected, rtol: rtol, atol: atol), name, sourceLocation)
}

/// Expects tensors of one shape with close elements: |actual − expected| ≤ atol + rtol · max |expected|.
public func expectClose(
  _ actual: Tensor?, _ expected: Tensor, rtol: Double = 1e-5, atol: Double = 0, _ name: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let actual else {
    Issue.record("\(name.isEmpty ? "" : name + ": ")there is no tensor", sourceLocation: sourceLocation)
    return
  }
  expect(Comparison(actual, expected, rtol: rtol, atol: atol), name, sourceLocation)
}

private func expect(_ comparison: Comparison, _ name: String, _ sourceLocation: SourceLocation) {
  #expect(
    comparison.isClose, "\(name.isEmpty ? "" : name + ": ")\(comparison)", sourceLocation: sourceLocation)
}
