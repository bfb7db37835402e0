#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The learning rate over the steps of a training.
///
/// Schedules are values: a schedule that learns from metrics changes only in `observe(_:)` and
/// `load(state:)`.
public protocol Schedule: Sendable {
  /// The learning rate of a step; the first step is 0. Steps after the last planned one keep its rate or the
  /// final rate.
  func learningRate(at step: Int) -> Double

  /// Takes note of a validation metric; only schedules that react to metrics do something.
  mutating func observe(_ metric: Double)

  /// What a checkpoint keeps beyond the number of the step; empty for schedules that are functions of the
  /// step alone.
  var state: [String: Double] { get }

  /// Continues from a saved state; a state that does not fit changes nothing.
  /// - Throws: ``StateError``, which names what is missing, unexpected or not a possible value.
  mutating func load(state: [String: Double]) throws
}

extension Schedule {
  /// Does nothing.
  public mutating func observe(_ metric: Double) {}

  /// Nothing.
  public var state: [String: Double] { [:] }

  /// Expects nothing.
  /// - Throws: ``StateError`` for a state that is not empty.
  public mutating func load(state: [String: Double]) throws {
    var problems = StateError(owner: "a schedule without state")
    problems.unexpected = state.keys.sorted()
    guard problems.isEmpty else { throw problems }
  }
}

/// The position of a step on the way to the last one, from 0 to 1.
func progress(_ step: Int, of totalSteps: Int) -> Double {
  min(1, Double(max(0, step)) / Double(totalSteps))
}

/// The point at `fraction` of the half cosine that leads from `start` to `end`.
func cosineBetween(_ start: Double, _ end: Double, _ fraction: Double) -> Double {
  end + (start - end) * (1 + cos(.pi * fraction)) / 2
}
