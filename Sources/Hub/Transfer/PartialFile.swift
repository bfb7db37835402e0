import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that is being downloaded. What a killed process wrote stays, and the next one goes on from there.
///
/// A lock of the kernel's on the file itself keeps a second process away; it ends with the process, however that ends.
final class PartialFile {
  private let path: String
  private let descriptor: CInt
  /// Bytes written so far, by this process and those before.
  private(set) var byteCount = 0

  /// Opens or creates the file.
  /// - Throws: ``HubError`` where that fails, or another process is at it.
  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw HubError.system(path, doing: "create the file") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw HubError("\(path): another process is downloading it; wait for its end")
    }
    byteCount = Int(lseek(descriptor, 0, SEEK_END))
  }

  deinit { close(descriptor) }

  /// Calls `body` with all that is there, piece by piece.
  func forEachPiece(_ body: (UnsafeRawBufferPointer) -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var position = 0
    while position < byteCount {
      let count = pread(descriptor, buffer.baseAddress, min(buffer.count, byteCount - position), off_t(position))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw HubError.system(path, doing: "read the file") }
      body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      position += count
    }
  }

  /// Appends bytes.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = pwrite(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, off_t(byteCount))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw HubError.system(path, doing: "write the file") }
      byteCount += count
      rest = rest.dropFirst(count)
    }
  }

  /// Throws away what is there.
  func clear() throws {
    guard ftruncate(descriptor, 0) == 0 else { throw HubError.system(path, doing: "empty the file") }
    byteCount = 0
  }

  /// Puts the finished file under its name.
  func publish(as name: String) throws {
    guard fsync(descriptor) == 0 else { throw HubError.system(path, doing: "flush the file to the disk") }
    guard rename(path, name) == 0 else { throw HubError.system(name, doing: "put the finished file in place") }
  }

  /// Removes the file.
  func discard() { unlink(path) }
}
