/// The distribution of some times.
struct Timing {
  private let sorted: [Double]

  /// Times in milliseconds, at least one.
  init(milliseconds: [Double]) { sorted = milliseconds.sorted() }

  var median: Double {
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  var minimum: Double { sorted[0] }

  /// 95 of 100 times are at most this long.
  var p95: Double { percentile(95) }

  /// So many of 100 times are at most this long.
  func percentile(_ percent: Int) -> Double { sorted[min(sorted.count - 1, (sorted.count * percent + 99) / 100 - 1)] }

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

  /// Times several pieces of work in turn, so that all of them meet the machine in the same state.
  static func alternating(repetitions: Int, warmUp: Int, _ works: [() -> Void]) -> [Timing] {
    for _ in 0..<warmUp { for work in works { work() } }
    let clock = ContinuousClock()
    var times = [[Double]](repeating: [], count: works.count)
    for _ in 0..<repetitions {
      for (index, work) in works.enumerated() { times[index].append(clock.measure(work).milliseconds) }
    }
    return times.map { Timing(milliseconds: $0) }
  }
}
