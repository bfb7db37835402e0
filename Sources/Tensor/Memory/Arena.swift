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

  private struct State {
    /// Free spans by rising offset; neighbours are never adjacent.
    var free: [Span]
    var liveBytes = 0
    var peakBytes = 0
  }

  private let base: UnsafeMutableRawPointer
  private let capacity: Int
  private let state: Mutex<State>

  /// Reserves `wanted` bytes of addresses, or as many of them as a limit on the process allows; pages become resident when they are
  /// first touched.
  init(capacity wanted: Int) {
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
    state = Mutex(State(free: [Span(offset: 0, count: capacity)]))
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
    return state.withLock { state in
      guard let index = state.free.firstIndex(where: { $0.count >= count }) else {
        MemoryExhaustion.stop(
          "out of memory: \(count) bytes wanted, \(state.liveBytes) of \(capacity) in use; use a smaller batch")
      }
      let offset = state.free[index].offset
      if state.free[index].count == count {
        state.free.remove(at: index)
      } else {
        state.free[index].offset += count
        state.free[index].count -= count
      }
      state.liveBytes += count
      state.peakBytes = max(state.peakBytes, state.liveBytes)
      return base + offset
    }
  }

  func deallocate(_ pointer: UnsafeMutableRawPointer, byteCount: Int) {
    let freed = Span(offset: pointer - base, count: Arena.rounded(byteCount))
    state.withLock { state in
      state.liveBytes -= freed.count
      var low = 0
      var high = state.free.count
      while low < high {
        let middle = (low + high) / 2
        if state.free[middle].offset < freed.offset { low = middle + 1 } else { high = middle }
      }
      let joinsBefore = low > 0 && state.free[low - 1].offset + state.free[low - 1].count == freed.offset
      let joinsAfter = low < state.free.count && freed.offset + freed.count == state.free[low].offset
      switch (joinsBefore, joinsAfter) {
      case (true, true):
        state.free[low - 1].count += freed.count + state.free[low].count
        state.free.remove(at: low)
      case (true, false): state.free[low - 1].count += freed.count
      case (false, true):
        state.free[low].offset = freed.offset
        state.free[low].count += freed.count
      case (false, false): state.free.insert(freed, at: low)
      }
    }
  }

  var usage: (live: Int, peak: Int) { state.withLock { ($0.liveBytes, $0.peakBytes) } }

  func resetPeak() { state.withLock { $0.peakBytes = $0.liveBytes } }
}
