import Synchronization

/// Counts the bytes of memory that are in use, and the most that were at any moment.
final class MemoryAccount: Sendable {
  private let live = Atomic(0)
  private let peak = Atomic(0)

  /// The bytes in use now.
  var liveBytes: Int { live.load(ordering: .relaxed) }

  /// The largest `liveBytes` since the last `resetPeak()`.
  var peakBytes: Int { peak.load(ordering: .relaxed) }

  func add(_ byteCount: Int) {
    peak.max(live.add(byteCount, ordering: .relaxed).newValue, ordering: .relaxed)
  }

  func remove(_ byteCount: Int) { live.subtract(byteCount, ordering: .relaxed) }

  /// Starts a new measurement of `peakBytes`.
  func resetPeak() { peak.store(liveBytes, ordering: .relaxed) }
}
