import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that only grows: every write goes to its end, whole and at once.
final class AppendingFile {
  let path: String
  private let descriptor: Int32

  /// Opens the file at `path`, creating it when it is not there; with `mustBeNew`, fails when it is.
  init(path: String, mustBeNew: Bool = false) throws {
    let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | (mustBeNew ? O_EXCL : 0)
    let opened = open(path, flags, 0o644)
    guard opened >= 0 else {
      throw ReportingError("cannot open '\(path)' for appending: \(String(cString: strerror(errno)))")
    }
    self.path = path
    self.descriptor = opened
  }

  deinit {
    close(descriptor)
  }

  func append(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let count = write(descriptor, buffer.baseAddress! + written, buffer.count - written)
        if count < 0 {
          if errno == EINTR { continue }
          throw ReportingError("cannot write to '\(path)': \(String(cString: strerror(errno)))")
        }
        written += count
      }
    }
  }

  func truncate(to length: Int) throws {
    while ftruncate(descriptor, off_t(length)) != 0 {
      guard errno == EINTR else {
        throw ReportingError("cannot shorten '\(path)': \(String(cString: strerror(errno)))")
      }
    }
  }
}
