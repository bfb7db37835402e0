import Foundation

/// The batches of one epoch in order.
///
/// A thread makes batches ahead of their use; it ends with the epoch, with an error, or with the iterator.
public final class BatchIterator {
  private let maker: any BatchMaker
  private let order: BatchOrder
  private let epoch: Int
  private var remaining: Range<Int>
  private let examples: [Int]
  private(set) var queue: BatchQueue?

  init(_ maker: any BatchMaker, _ order: BatchOrder, epoch: Int, steps: Range<Int>, prefetch: Int) {
    (self.maker, self.order) = (maker, order)
    self.epoch = epoch
    remaining = steps
    examples = order.examples(epoch: epoch)
    if prefetch > 0 && !steps.isEmpty { queue = startThread(capacity: prefetch) }
  }

  deinit { queue?.cancel() }

  /// The next batch; nil after the last one or after an error.
  ///
  /// - Throws: ``DataSetError`` or `FormatError` if an example cannot be read or does not fit the others.
  public func next() throws -> Batch? {
    guard let step = remaining.popFirst() else { return nil }
    do {
      if let queue { return try queue.take()?.get() }
      return try maker.batch(
        of: order.indices(step: step, of: examples), epoch: epoch, step: step, while: { true })
    } catch {
      remaining = remaining.upperBound..<remaining.upperBound
      throw error
    }
  }

  private func startThread(capacity: Int) -> BatchQueue {
    let queue = BatchQueue(capacity: capacity)
    let (maker, epoch, steps, order, examples) = (maker, epoch, remaining, order, examples)
    let thread = Thread {
      defer { queue.finish() }
      for step in steps {
        do {
          guard
            let batch = try maker.batch(
              of: order.indices(step: step, of: examples), epoch: epoch, step: step,
              while: { !queue.isCancelled })
          else { return }
          queue.put(.success(batch))
        } catch {
          queue.put(.failure(error))
          return
        }
      }
    }
    thread.name = "martlet-batches"
    thread.start()
    return queue
  }
}
