/// NumPy's `.npy` files: one array each.
///
/// Versions 1, 2 and 3 are read and version 1 is written; row-major order and little-endian numbers only.
/// See <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.
public enum NpyFile {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  private static let maximumHeaderByteCount = 1 << 20

  /// Reads a file; its data is mapped, not copied.
  ///
  /// - Throws: ``FormatError`` if the file cannot be read, is damaged, or holds Fortran order, big-endian
  ///   numbers or other things than numbers.
  public static func read(_ path: String) throws -> StoredArray {
    try decode(Bytes.map(path), name: path)
  }

  /// Reads the bytes of a file; `name` stands for it in errors.
  ///
  /// - Throws: ``FormatError`` as ``read(_:)`` does.
  public static func decode(_ bytes: Bytes, name: String) throws -> StoredArray {
    let (scalarType, shape, start) = try bytes.withUnsafeBytes { try decodeHeader($0, name: name) }
    return try StoredArray(
      scalarType: scalarType, shape: shape, bytes: bytes[start..<bytes.count], name: name)
  }

  /// The bytes of a file with this array.
  ///
  /// - Throws: ``FormatError`` if the array is bfloat16, which NumPy lacks.
  public static func encode(_ array: StoredArray) throws -> [UInt8] {
    try header(array, file: "npy array") + array.bytes.array()
  }

  /// Writes a file atomically.
  ///
  /// - Throws: ``FormatError`` if the array is bfloat16 or the file cannot be written.
  public static func write(_ array: StoredArray, to path: String) throws {
    let header = try header(array, file: path)
    try AtomicFile.write(to: path) { file in
      try file.write(header)
      try array.withUnsafeBytes { try file.write($0) }
    }
  }

  private static func header(_ array: StoredArray, file: String) throws -> [UInt8] {
    guard let description = array.scalarType.numpyDescription else {
      throw FormatError(
        file: file, found: "numbers of type \(array.scalarType)", expected: "a type that NumPy has",
        advice: "convert them to float32")
    }
    let sizes = array.shape.map(String.init).joined(separator: ", ")
    let shape = array.shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
    var text = Array("{'descr': '\(description)', 'fortran_order': False, 'shape': \(shape), }".utf8)
    let unpadded = magic.count + 4 + text.count + 1
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (64 - unpadded % 64) % 64))
    text.append(UInt8(ascii: "\n"))
    guard let length = UInt16(exactly: text.count) else {
      throw FormatError(file: file, found: "\(array.shape.count) axes", expected: "fewer")
    }
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text
  }

  private static func decodeHeader(
    _ buffer: UnsafeRawBufferPointer, name: String
  ) throws -> (ScalarType, [Int], dataStart: Int) {
    guard buffer.count >= 12, buffer.prefix(magic.count).elementsEqual(magic) else {
      throw FormatError(file: name, found: "other bytes at the start", expected: "a NumPy .npy file")
    }
    let version = buffer[6]
    let length: Int
    let textStart: Int
    switch version {
    case 1:
      length = Int(UInt16(littleEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
      textStart = 10
    case 2, 3:
      length = Int(UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
      textStart = 12
    default:
      throw FormatError(file: name, found: "npy version \(version)", expected: "version 1, 2 or 3")
    }
    guard length <= maximumHeaderByteCount, textStart + length <= buffer.count else {
      throw FormatError(
        file: name, found: "a header of \(length) bytes in a file of \(buffer.count) bytes",
        expected: "a header inside the file of at most \(maximumHeaderByteCount) bytes",
        advice: "the file is damaged or cut short")
    }
    let text = UnsafeRawBufferPointer(rebasing: buffer[textStart..<textStart + length])
    let (scalarType, shape) = try scan(text, name: name)
    return (scalarType, shape, textStart + length)
  }

  /// Scans `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
  private static func scan(
    _ text: UnsafeRawBufferPointer, name: String
  ) throws -> (ScalarType, [Int]) {
    var scanner = HeaderScanner(text, file: name)
    var description: String?
    var fortranOrder: Bool?
    var shape: [Int]?
    try scanner.expect("{")
    while !scanner.take("}") {
      let key = try scanner.pythonString()
      try scanner.expect(":")
      switch key {
      case "descr" where description == nil:
        if scanner.take("[") {
          throw FormatError(
            file: name, found: "a structured array", expected: "plain numbers",
            advice: "save each field as its own array")
        }
        description = try scanner.pythonString()
      case "fortran_order" where fortranOrder == nil:
        let word = scanner.word()
        guard word == "True" || word == "False" else { throw scanner.failure(expected: "True or False") }
        fortranOrder = word == "True"
      case "shape" where shape == nil:
        try scanner.expect("(")
        shape = try scanner.sizes(until: ")", trailingComma: true)
      default: throw scanner.failure(expected: "descr, fortran_order and shape, each once")
      }
      guard scanner.take(",") else {
        try scanner.expect("}")
        break
      }
    }
    try scanner.expectEnd()
    guard let description, let fortranOrder, let shape else {
      throw scanner.failure(expected: "descr, fortran_order and shape")
    }
    guard let scalarType = ScalarType(numpyDescription: description) else {
      throw FormatError(
        file: name, found: "numbers of type \(quoted(description))",
        expected: "little-endian numbers or booleans, such as '<f4'",
        advice: "convert the array with astype before saving it")
    }
    guard !fortranOrder || shape.count < 2 else {
      throw FormatError(
        file: name, found: "an array in Fortran order", expected: "C order",
        advice: "save it with numpy.ascontiguousarray(array)")
    }
    return (scalarType, shape)
  }
}
