/// IDX files, the format of MNIST: one array each, plain or compressed with gzip.
///
/// The layout is two zero bytes, a type byte, the number of axes, the sizes as 32-bit big-endian numbers,
/// and the numbers in row-major order, big-endian.
public enum IDXFile {
  /// Reads a file, decompressing it if it begins as gzip files do.
  ///
  /// - Throws: ``FormatError`` if the file cannot be read, is damaged, or holds more or fewer bytes than its
  ///   sizes say.
  public static func read(
    _ path: String, maximumBytes: Int = GzipFile.defaultMaximumBytes
  ) throws -> StoredArray {
    try decode(Bytes.map(path), name: path, maximumBytes: maximumBytes)
  }

  /// Reads the bytes of a file; `name` stands for it in errors.
  ///
  /// - Throws: ``FormatError`` as ``read(_:maximumBytes:)`` does.
  public static func decode(
    _ bytes: Bytes, name: String, maximumBytes: Int = GzipFile.defaultMaximumBytes
  ) throws -> StoredArray {
    if GzipFile.isCompressed(bytes) {
      let (scalarType, shape) = try GzipFile.prefix(largestHeader, of: bytes, name: name).withUnsafeBytes {
        try decodeHeader($0, name: name)
      }
      let wanted = byteCount(of: shape, scalarType).map { min(maximumBytes, largestHeader + $0) }
      let content = try GzipFile.decode(bytes, name: name, maximumBytes: wanted ?? maximumBytes)
      return try decodePlain(content, name: name)
    }
    return try decodePlain(bytes, name: name)
  }

  /// With a size for each of as many axes as a byte can count.
  private static let largestHeader = 4 + 4 * 255

  private static func decodePlain(_ bytes: Bytes, name: String) throws -> StoredArray {
    let (scalarType, shape) = try bytes.withUnsafeBytes { try decodeHeader($0, name: name) }
    let start = 4 + 4 * shape.count
    let data = bytes[start..<bytes.count]
    let native = scalarType.byteCount == 1 ? data : reversingBytes(data, width: scalarType.byteCount)
    return try StoredArray(scalarType: scalarType, shape: shape, bytes: native, name: name)
  }

  private static func decodeHeader(
    _ buffer: UnsafeRawBufferPointer, name: String
  ) throws -> (ScalarType, [Int]) {
    guard buffer.count >= 4, buffer[0] == 0, buffer[1] == 0 else {
      throw FormatError(
        file: name, found: "other bytes at the start", expected: "an IDX file, which starts with two zeros")
    }
    let scalarType: ScalarType
    switch buffer[2] {
    case 0x08: scalarType = .uint8
    case 0x09: scalarType = .int8
    case 0x0B: scalarType = .int16
    case 0x0C: scalarType = .int32
    case 0x0D: scalarType = .float32
    case 0x0E: scalarType = .float64
    default:
      throw FormatError(
        file: name, found: "IDX type \(buffer[2])", expected: "8, 9, 11, 12, 13 or 14",
        advice: "this is not an IDX file")
    }
    let rank = Int(buffer[3])
    guard rank > 0, buffer.count >= 4 + 4 * rank else {
      throw FormatError(
        file: name, found: "\(rank) axes in a file of \(buffer.count) bytes",
        expected: "at least one axis, and a size for each", advice: "the file is damaged or cut short")
    }
    let shape = (0..<rank).map { axis in
      Int(UInt32(bigEndian: buffer.loadUnaligned(fromByteOffset: 4 + 4 * axis, as: UInt32.self)))
    }
    return (scalarType, shape)
  }

  private static func reversingBytes(_ bytes: Bytes, width: Int) -> Bytes {
    var array = bytes.array()
    for start in stride(from: 0, through: array.count - width, by: width) {
      array[start..<start + width].reverse()
    }
    return Bytes(array)
  }
}
