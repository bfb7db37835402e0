#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writing of whole files that either succeeds completely or leaves the old file as it was.
///
/// The content goes to a temporary file in the same folder, which is flushed to the disk and then
/// renamed over the destination. A symbolic link is followed, so its target is replaced.
public enum AtomicFile {
  /// Writes a file by calling `body` with a writer.
  ///
  /// If `body` throws, or the disk fills up, the temporary file is removed and the error passed on.
  ///
  /// - Throws: ``FormatError`` with the path and the operating system's reason, or what `body` throws.
  public static func write(to path: String, _ body: (FileWriter) throws -> Void) throws {
    try write(to: path, openTemporary: openNew, body)
  }

  /// Writes a file with the given content.
  ///
  /// - Throws: ``FormatError`` with the path and the operating system's reason.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try write(to: path) { try $0.write(bytes) }
  }

  static func write(
    to path: String, openTemporary: (_ path: String, _ mode: mode_t) -> CInt,
    _ body: (FileWriter) throws -> Void
  ) throws {
    let destination = try Destination(path: path)
    let (descriptor, temporary) = try createTemporary(destination, openTemporary)
    let writer = FileWriter(descriptor: descriptor, path: path)
    do {
      try body(writer)
      try writer.finish()
      guard rename(temporary, destination.path) == 0 else {
        throw systemError(path, doing: "put the finished file in place")
      }
    } catch {
      writer.close()
      unlink(temporary)
      throw error
    }
    try flushFolder(destination.folder, path: path)
  }

  private struct Destination {
    let path: String
    let folder: String
    let name: String
    /// The permissions of the file that is replaced.
    let mode: mode_t?

    init(path: String) throws {
      var information = stat()
      if stat(path, &information) == 0 {
        guard information.st_mode & S_IFMT == S_IFREG else {
          let kind = information.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a device or pipe"
          throw FormatError(
            file: path, found: kind, expected: "a file or nothing at this path", advice: "choose another path"
          )
        }
        guard let resolved = realpath(path, nil) else { throw systemError(path, doing: "resolve the path") }
        defer { free(resolved) }
        self.path = String(cString: resolved)
        mode = information.st_mode & 0o777
      } else {
        guard errno == ENOENT else { throw systemError(path, doing: "examine the path") }
        self.path = try AtomicFile.target(ofLinksAt: path)
        mode = nil
      }
      if let slash = self.path.utf8.lastIndex(of: UInt8(ascii: "/")) {
        let afterSlash = self.path.utf8.index(after: slash)
        folder = String(self.path[..<afterSlash])
        name = String(self.path[afterSlash...])
      } else {
        folder = "./"
        name = self.path
      }
      guard !name.isEmpty else {
        throw FormatError(file: path, found: "a path without a file name", expected: "the path of a file")
      }
    }
  }

  /// Where symbolic links lead that lead to nothing yet; the path itself where there is none.
  private static func target(ofLinksAt path: String) throws -> String {
    var path = path
    var information = stat()
    for _ in 0..<maximumLinks {
      guard lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFLNK else { return path }
      var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      guard readlink(path, &target, target.count - 1) >= 0 else { throw systemError(path, doing: "read the link") }
      let next = String(cString: target)
      let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
      path = next.hasPrefix("/") ? next : folder + next
    }
    throw FormatError(file: path, found: "a circle of symbolic links", expected: "the path of a file")
  }

  private static let maximumLinks = 40

  private static func openNew(_ path: String, _ mode: mode_t) -> CInt {
    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
  }

  private static func createTemporary(
    _ destination: Destination, _ openTemporary: (String, mode_t) -> CInt
  ) throws -> (CInt, String) {
    for attempt in 0..<100 {
      let temporary = destination.folder + temporaryName(for: destination.name, attempt: attempt)
      let descriptor = openTemporary(temporary, destination.mode ?? 0o666)
      if descriptor >= 0 {
        if let mode = destination.mode { fchmod(descriptor, mode) }
        return (descriptor, temporary)
      }
      guard errno == EEXIST else { break }
    }
    throw systemError(
      destination.path, doing: "create a temporary file in \(quoted(destination.folder))",
      advice: "check that the folder exists and may be written to")
  }

  private static func flushFolder(_ folder: String, path: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A folder that may be written but not read cannot be flushed; the file itself already is.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Some file systems cannot flush folders and say so with EINVAL or ENOTSUP.
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw systemError(path, doing: "flush the folder of the file to the disk")
    }
  }
}

/// Writes bytes to the file that ``AtomicFile`` is about to put in place.
public final class FileWriter {
  private var descriptor: CInt
  private let path: String
  /// Bytes written so far.
  public private(set) var byteCount = 0

  init(descriptor: CInt, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close() }

  /// Appends bytes.
  ///
  /// - Throws: ``FormatError`` with the path and the operating system's reason, such as a full disk.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      #if canImport(Darwin)
        let count = Darwin.write(descriptor, chunk.baseAddress, chunk.count)
      #elseif canImport(Musl)
        let count = Musl.write(descriptor, chunk.baseAddress, chunk.count)
      #else
        let count = Glibc.write(descriptor, chunk.baseAddress, chunk.count)
      #endif
      if count >= 0 {
        byteCount += count
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw failure(doing: "write the file")
      }
    }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FormatError`` with the path and the operating system's reason, such as a full disk.
  public func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  func finish() throws {
    guard fsync(descriptor) == 0 else { throw failure(doing: "flush the file to the disk") }
    let result = closeDescriptor()
    guard result == 0 else { throw failure(doing: "close the file") }
  }

  func close() { _ = closeDescriptor() }

  private func closeDescriptor() -> CInt {
    guard descriptor >= 0 else { return 0 }
    defer { descriptor = -1 }
    #if canImport(Darwin)
      return Darwin.close(descriptor)
    #elseif canImport(Musl)
      return Musl.close(descriptor)
    #else
      return Glibc.close(descriptor)
    #endif
  }

  private func failure(doing action: String) -> FormatError {
    let full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG
    return systemError(
      path, doing: action,
      advice: full ? "free some space or choose another folder; what was there before is unchanged" : "")
  }
}
