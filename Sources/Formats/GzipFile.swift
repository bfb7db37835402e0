/// Files compressed with gzip.
public enum GzipFile {
  /// The most bytes that readers decompress to unless told otherwise: 4 GiB.
  public static let defaultMaximumBytes = 1 << 32

  /// Whether the bytes begin as gzip files do.
  public static func isCompressed(_ bytes: Bytes) -> Bool {
    bytes.withUnsafeBytes { $0.starts(with: [0x1F, 0x8B]) }
  }

  /// Reads and decompresses a file.
  ///
  /// - Throws: ``FormatError`` if the file cannot be read, is damaged or cut short, fails its checksum, or
  ///   would decompress to more than `maximumBytes`.
  public static func read(_ path: String, maximumBytes: Int = defaultMaximumBytes) throws -> Bytes {
    try decode(Bytes.map(path), name: path, maximumBytes: maximumBytes)
  }

  /// Decompresses the bytes of a file, which may be several gzip members in a row.
  ///
  /// - Throws: ``FormatError`` as ``read(_:maximumBytes:)`` does.
  public static func decode(
    _ bytes: Bytes, name: String, maximumBytes: Int = defaultMaximumBytes
  ) throws -> Bytes {
    Bytes(try members(of: bytes, name: name, maximumBytes: maximumBytes, isPrefix: false))
  }

  /// The first bytes of a compressed file's content, or all where there are fewer.
  ///
  /// - Throws: ``FormatError`` if they are damaged or cut short.
  static func prefix(_ count: Int, of bytes: Bytes, name: String) throws -> [UInt8] {
    try members(of: bytes, name: name, maximumBytes: count, isPrefix: true)
  }

  private static func members(
    of bytes: Bytes, name: String, maximumBytes: Int, isPrefix: Bool
  ) throws -> [UInt8] {
    var output: [UInt8] = []
    try bytes.withUnsafeBytes { buffer in
      var position = 0
      repeat {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[position...])
        position += try inflate(
          rest, .gzip, maximumBytes: maximumBytes - output.count, isPrefix: isPrefix, name: name, into: &output)
      } while !(isPrefix && output.count == maximumBytes) && !buffer[position...].allSatisfy { $0 == 0 }
    }
    return output
  }
}
