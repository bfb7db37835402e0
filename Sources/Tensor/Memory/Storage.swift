import Synchronization

/// Elements that are computed when they are first read, or never, where every reader knows a shorter way.
protocol DeferredElements {
  /// Computes the elements at an address.
  func fill(_ address: UnsafeMutableRawPointer)
}

/// A block of pooled memory that tensors share.
///
/// It is filled by the operation that makes it, or when it is first read, before any other thread sees it; afterwards only
/// its owner (an optimiser for parameters, a layer for its statistics) writes it in place, between steps.
final class Storage: @unchecked Sendable {
  private static let counter = Atomic<Int>(0)

  /// Tells storages apart for the length of a run, as addresses do not.
  let number = Storage.counter.add(1, ordering: .relaxed).newValue
  let byteCount: Int
  /// How the elements will be computed; nil once they are.
  private(set) var deferred: (any DeferredElements)?
  private var address: UnsafeMutableRawPointer?

  init(byteCount: Int) {
    address = MemoryPool.allocate(byteCount)
    self.byteCount = byteCount
  }

  init(byteCount: Int, deferred: any DeferredElements) {
    self.deferred = deferred
    self.byteCount = byteCount
  }

  deinit { if let address { MemoryPool.deallocate(address, byteCount: byteCount) } }

  var pointer: UnsafeMutableRawPointer {
    if let address { return address }
    let address = MemoryPool.allocate(byteCount)
    self.address = address
    deferred?.fill(address)
    deferred = nil
    return address
  }
}
