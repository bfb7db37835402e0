/// The distribution of some times.
struct Timing {
  let median: Double
  let minimum: Double
  /// 95 of 100 times are at most this long.
  let p95: Double

  /// Times in milliseconds, at least one.
  init(milliseconds: [Double]) {
    let sorted = milliseconds.sorted()
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    minimum = sorted[0]
    p95 = sorted[min(sorted.count - 1, (sorted.count * 95 + 99) / 100 - 1)]
  }

  /// Times a piece of work, after some runs that do not count.
  static func of(repetitions: Int, warmUp: Int = 2, _ work: () throws -> Void) rethrows -> Timing {
    for _ in 0..<warmUp { try work() }
    let clock = ContinuousClock()
    return Timing(
      milliseconds: try (0..<repetitions).map { _ in
        let start = clock.now
        try work()
        return (clock.now - start).milliseconds
      })
  }
}

extension Duration {
  var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15 }
}
