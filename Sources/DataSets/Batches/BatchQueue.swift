import Foundation

/// A bounded queue between the thread that makes batches and the one that uses them.
final class BatchQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private let capacity: Int
  private var ready: [Result<Batch, any Error>] = []
  private var isFinished = false
  private var cancelled = false

  init(capacity: Int) { self.capacity = capacity }

  /// Whether nobody waits for batches any more.
  var isCancelled: Bool { condition.withLock { cancelled } }

  /// Adds a batch or a failure, waiting while the queue is full; dropped if the queue is cancelled.
  func put(_ result: Result<Batch, any Error>) {
    condition.withLock {
      while ready.count >= capacity && !cancelled { condition.wait() }
      if !cancelled { ready.append(result) }
      condition.broadcast()
    }
  }

  /// Says that no more will come.
  func finish() {
    condition.withLock {
      isFinished = true
      condition.broadcast()
    }
  }

  /// Takes the oldest batch, waiting for it; nil after the last one.
  func take() -> Result<Batch, any Error>? {
    condition.withLock {
      while ready.isEmpty && !isFinished && !cancelled { condition.wait() }
      guard !ready.isEmpty else { return nil }
      defer { condition.broadcast() }
      return ready.removeFirst()
    }
  }

  /// Lets the maker stop.
  func cancel() {
    condition.withLock {
      cancelled = true
      ready.removeAll()
      condition.broadcast()
    }
  }
}
