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
  /// Of both kinds of blocks together: their own peaks may belong to different moments.
  private static let account = MemoryAccount()
  private static let small = Arena(capacity: 1 << 30, account: account)
  private static let large = Arena(capacity: max(physicalBytes, 4 << 30), account: account)

  static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    (byteCount <= smallLimit ? small : large).allocate(byteCount)
  }

  static func deallocate(_ pointer: UnsafeMutableRawPointer, byteCount: Int) {
    (byteCount <= smallLimit ? small : large).deallocate(pointer, byteCount: byteCount)
  }

  /// The bytes that live tensors hold now.
  public static var liveBytes: Int { account.liveBytes }

  /// The largest `liveBytes` since the last `resetPeak()`.
  public static var peakBytes: Int { account.peakBytes }

  /// Starts a new measurement of `peakBytes`.
  public static func resetPeak() { account.resetPeak() }

  /// The size of the machine's memory in bytes.
  public static var physicalBytes: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }
}
