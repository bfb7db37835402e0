/// Measures how long work takes.
enum Stopwatch {
  /// The result of a body and its time.
  static func time<Result>(_ body: () throws -> Result) rethrows -> (Result, milliseconds: Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    let (seconds, attoseconds) = (clock.now - start).components
    return (result, Double(seconds) * 1e3 + Double(attoseconds) / 1e15)
  }
}
