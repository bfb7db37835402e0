import Synchronization

/// Elements that are computed when they are first read, or never, where every reader knows a shorter way.
protocol DeferredElements {
  /// The number of rows of the matrix […, last axis].
  var rowCount: Int { get }
  /// Computes the elements of a storage.
  /// - Parameter showing: is told which rows of the matrix […, last axis] were computed last, while they are in the cache.
  func fill(_ storage: Storage, showing: (Range<Int>) -> Void)
}

/// Deferred elements of which any rows of the matrix […, last axis] can be computed alone.
protocol DeferredRows: DeferredElements {
  /// Computes some rows at an address.
  func fill(_ address: UnsafeMutableRawPointer, rows: Range<Int>)
}

extension DeferredRows {
  func fill(_ storage: Storage, showing: (Range<Int>) -> Void) {
    fill(storage.pointer, rows: 0..<rowCount)
    showing(0..<rowCount)
  }
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
    return filled { _ in }
  }

  /// Shows all rows of the matrix of which these are the elements; deferred elements are computed on the way and shown band
  /// by band, while they are in the cache, unless theirs are the rows of another matrix.
  func showRows(count: Int, _ body: (Range<Int>) -> Void) {
    if let deferred, deferred.rowCount == count {
      _ = filled(showing: body)
    } else {
      _ = pointer
      body(0..<count)
    }
  }

  private func filled(showing body: (Range<Int>) -> Void) -> UnsafeMutableRawPointer {
    let address = MemoryPool.allocate(byteCount)
    self.address = address
    deferred?.fill(self, showing: body)
    deferred = nil
    return address
  }
}
