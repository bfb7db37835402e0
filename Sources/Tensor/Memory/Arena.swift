import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A pool of 64-byte aligned memory in one reserved range of addresses.
///
/// Blocks are taken first-fit from the lowest address and join with free neighbours when they return, so that the
/// resident size stays near the largest sum of live bytes, and a steady training step asks the system for nothing.
final class Arena: @unchecked Sendable {
  static let alignment = 64

  private struct Span {
    var offset: Int
    var count: Int
  }

  private let base: UnsafeMutableRawPointer
  private let capacity: Int
  /// Free spans by rising offset; neighbours are never adjacent.
  private let free: Mutex<[Span]>
  private let account: MemoryAccount

  /// Reserves `wanted` bytes of addresses, or as many of them as a limit on the process allows; pages become resident when they are
  /// first touched.
  /// - Parameter account: counts the bytes of its blocks.
  init(capacity wanted: Int, account: MemoryAccount) {
    var capacity = wanted
    var reserved = Arena.reserve(capacity)
    while reserved == nil && capacity > 1 << 20 {
      capacity /= 2
      reserved = Arena.reserve(capacity)
    }
    guard let base = reserved else {
      MemoryExhaustion.stop("cannot reserve \(capacity) bytes of addresses: \(String(cString: strerror(errno)))")
    }
    #if os(Linux)
      madvise(base, capacity, 14)  // MADV_HUGEPAGE: fewer misses of the address cache in passes over activations
    #endif
    self.base = base
    self.capacity = capacity
    self.account = account
    free = Mutex([Span(offset: 0, count: capacity)])
  }

  deinit { munmap(base, capacity) }

  private static func reserve(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let flags = Int32(MAP_PRIVATE | MAP_ANON | MAP_NORESERVE)
    let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
    return base == MAP_FAILED ? nil : base
  }

  static func rounded(_ byteCount: Int) -> Int { max(alignment, (byteCount + alignment - 1) & ~(alignment - 1)) }

  func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let count = Arena.rounded(byteCount)
    defer { account.add(count) }
    return free.withLock { free in
      guard let index = free.firstIndex(where: { $0.count >= count }) else {
        MemoryExhaustion.stop(
          "out of memory: \(count) bytes wanted, \(account.liveBytes) of \(capacity) in use; use a smaller batch")
      }
      let offset = free[index].offset
      if free[index].count == count {
        free.remove(at: index)
      } else {
        free[index].offset += count
        free[index].count -= count
      }
      return base + offset
    }
  }

  func deallocate(_ pointer: UnsafeMutableRawPointer, byteCount: Int) {
    let freed = Span(offset: pointer - base, count: Arena.rounded(byteCount))
    account.remove(freed.count)
    free.withLock { free in
      var low = 0
      var high = free.count
      while low < high {
        let middle = (low + high) / 2
        if free[middle].offset < freed.offset { low = middle + 1 } else { high = middle }
      }
      let joinsBefore = low > 0 && free[low - 1].offset + free[low - 1].count == freed.offset
      let joinsAfter = low < free.count && freed.offset + freed.count == free[low].offset
      switch (joinsBefore, joinsAfter) {
      case (true, true):
        free[low - 1].count += freed.count + free[low].count
        free.remove(at: low)
      case (true, false): free[low - 1].count += freed.count
      case (false, true):
        free[low].offset = freed.offset
        free[low].count += freed.count
      case (false, false): free.insert(freed, at: low)
      }
    }
  }
}
