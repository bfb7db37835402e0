import Reporting

/// Measures how long work takes.
enum Stopwatch {
  /// The result of a body and its time.
  static func time<Result>(_ body: () throws -> Result) rethrows -> (Result, milliseconds: Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    return (result, (clock.now - start).milliseconds)
  }
}
