// The C library's stream is a variable for Swift; here it is only read.
#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#else
  @preconcurrency import Darwin
#endif

/// What was printed and may not have left the process yet.
enum StandardOutput {
  /// Writes what is left of it.
  /// - Throws: ``CommandError`` with the operating system's reason where not all of it could be written.
  static func finish() throws {
    guard fflush(stdout) == 0, ferror(stdout) == 0 else {
      throw CommandError("standard output could not be written: \(String(cString: strerror(errno)))")
    }
  }
}
