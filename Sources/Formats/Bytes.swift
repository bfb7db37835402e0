#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bytes that do not change: an array in memory, a mapped file, or a slice of either.
///
/// Copies and slices share the storage and keep it alive.
public struct Bytes: Sendable {
  private enum Storage: Sendable {
    case array([UInt8])
    case mapping(FileMapping)
  }

  private let storage: Storage
  private let range: Range<Int>

  /// Bytes in memory.
  public init(_ array: [UInt8]) {
    storage = .array(array)
    range = 0..<array.count
  }

  private init(storage: Storage, range: Range<Int>) {
    self.storage = storage
    self.range = range
  }

  /// The number of bytes.
  public var count: Int { range.count }

  /// A slice that shares the storage. `bounds` counts from the start of these bytes and must lie inside.
  public subscript(bounds: Range<Int>) -> Bytes {
    precondition(bounds.lowerBound >= 0 && bounds.upperBound <= count, "slice outside of the bytes")
    return Bytes(
      storage: storage, range: range.lowerBound + bounds.lowerBound..<range.lowerBound + bounds.upperBound)
  }

  /// Calls `body` with the bytes, which may start at any alignment and are valid only during the call.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    switch storage {
    case .array(let array):
      try array.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    case .mapping(let mapping):
      try body(UnsafeRawBufferPointer(rebasing: mapping.buffer[range]))
    }
  }

  /// A copy as an array.
  public func array() -> [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  /// Reads a whole file into memory.
  ///
  /// - Throws: ``FormatError`` if the file cannot be read, is not a regular file or holds more than
  ///   `maximumBytes`.
  public static func read(_ path: String, maximumBytes: Int = 1 << 34) throws -> Bytes {
    let file = try InputFile(path: path)
    guard file.byteCount <= maximumBytes else {
      throw FormatError(
        file: path, found: "\(file.byteCount) bytes", expected: "at most \(maximumBytes) bytes")
    }
    let array = try [UInt8](unsafeUninitializedCapacity: file.byteCount) { buffer, count in
      count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    return Bytes(array)
  }

  /// Maps a file into memory without reading it.
  ///
  /// The file must not be cut short by another program while it is mapped. Files replaced by
  /// ``AtomicFile`` are safe: the mapping keeps the old content.
  ///
  /// - Throws: ``FormatError`` if the file cannot be opened or mapped or is not a regular file.
  public static func map(_ path: String) throws -> Bytes {
    let file = try InputFile(path: path)
    guard file.byteCount > 0 else { return Bytes([]) }
    guard let start = mmap(nil, file.byteCount, PROT_READ, MAP_PRIVATE, file.descriptor, 0),
      start != MAP_FAILED
    else { throw systemError(path, doing: "map the file") }
    let buffer = UnsafeRawBufferPointer(start: start, count: file.byteCount)
    return Bytes(storage: .mapping(FileMapping(buffer, of: file)), range: 0..<file.byteCount)
  }

  /// Copies the bytes into a buffer of their number.
  ///
  /// Those of a mapped file are read from it, so that its pages do not stay resident.
  ///
  /// - Throws: ``FormatError`` if the file cannot be read or has become shorter.
  public func copy(into buffer: UnsafeMutableRawBufferPointer) throws {
    precondition(buffer.count == count, "a buffer of \(buffer.count) bytes for \(count)")
    switch storage {
    case .array: withUnsafeBytes { buffer.copyMemory(from: $0) }
    case .mapping(let mapping):
      guard try mapping.file.read(into: buffer, at: range.lowerBound) == count else {
        throw FormatError(
          file: mapping.file.path, found: "fewer bytes than when it was opened",
          advice: "another program has cut the file short")
      }
    }
  }
}

/// Owns one read-only memory mapping of a file.
private final class FileMapping: @unchecked Sendable {
  let buffer: UnsafeRawBufferPointer
  let file: InputFile

  init(_ buffer: UnsafeRawBufferPointer, of file: InputFile) { (self.buffer, self.file) = (buffer, file) }

  deinit { munmap(UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count) }
}

/// A regular file open for reading.
private final class InputFile {
  let path: String
  let descriptor: CInt
  let byteCount: Int

  init(path: String) throws {
    // Not blocking: opening a named pipe must not wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw systemError(path, doing: "open the file") }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
      let error = systemError(path, doing: "examine the file")
      close(descriptor)
      throw error
    }
    guard information.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let kind = information.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a device or pipe"
      throw FormatError(file: path, found: kind, expected: "a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(information.st_size)
  }

  deinit { close(descriptor) }

  /// Fills a buffer with what is in the file from a place on; the number of bytes read, fewer where the file ends before.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int = 0) throws -> Int {
    var count = 0
    while count < buffer.count {
      guard let start = buffer.baseAddress else { break }
      #if canImport(Darwin)
        let result = Darwin.pread(descriptor, start + count, min(buffer.count - count, 1 << 30), off_t(offset + count))
      #elseif canImport(Musl)
        let result = Musl.pread(descriptor, start + count, min(buffer.count - count, 1 << 30), off_t(offset + count))
      #else
        let result = Glibc.pread(descriptor, start + count, min(buffer.count - count, 1 << 30), off_t(offset + count))
      #endif
      if result > 0 {
        count += result
      } else if result == 0 {
        break
      } else if errno != EINTR {
        throw systemError(path, doing: "read the file")
      }
    }
    return count
  }
}

/// An error that tells the operating system's reason, from `errno`.
func systemError(_ path: String, doing action: String, advice: String = "") -> FormatError {
  let reason = String(cString: strerror(errno))
  return FormatError(file: path, found: "could not \(action): \(reason)", advice: advice)
}
