import Synchronization

/// A block of pooled memory that tensors share.
///
/// It is filled by the operation that makes it before any other thread sees it; afterwards only its owner
/// (an optimiser for parameters, a layer for its statistics) writes it in place, between steps.
final class Storage: @unchecked Sendable {
  private static let counter = Atomic<Int>(0)

  /// Tells storages apart for the length of a run, as addresses do not.
  let number = Storage.counter.add(1, ordering: .relaxed).newValue
  let pointer: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    pointer = MemoryPool.allocate(byteCount)
    self.byteCount = byteCount
  }

  deinit { MemoryPool.deallocate(pointer, byteCount: byteCount) }
}
