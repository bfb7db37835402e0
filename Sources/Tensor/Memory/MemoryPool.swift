#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where tensors get their memory: small and large blocks apart, so that small long-lived ones do not split the large range.
public enum MemoryPool {
  private static let smallLimit = 64 << 10
  private static let small = Arena(capacity: 1 << 30)
  private static let large = Arena(capacity: max(physicalBytes, 4 << 30))

  static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    (byteCount <= smallLimit ? small : large).allocate(byteCount)
  }

  static func deallocate(_ pointer: UnsafeMutableRawPointer, byteCount: Int) {
    (byteCount <= smallLimit ? small : large).deallocate(pointer, byteCount: byteCount)
  }

  /// The bytes that live tensors hold now.
  public static var liveBytes: Int { small.usage.live + large.usage.live }

  /// The largest `liveBytes` since the last `resetPeak()` (exact for large tensors, which decide it).
  public static var peakBytes: Int { small.usage.peak + large.usage.peak }

  /// Starts a new measurement of `peakBytes`.
  public static func resetPeak() {
    small.resetPeak()
    large.resetPeak()
  }

  /// The size of the machine's memory in bytes.
  public static var physicalBytes: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }
}
