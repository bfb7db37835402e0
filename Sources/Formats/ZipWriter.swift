/// Writes a zip archive of stored entries of less than 4 GiB in all.
struct ZipWriter {
  private let file: FileWriter
  private let path: String
  private var directory: [UInt8] = []
  private var count: UInt16 = 0

  init(file: FileWriter, path: String) {
    self.file = file
    self.path = path
  }

  /// Appends an entry. Its date is the first of January 1980, so the same content makes the same file.
  mutating func append(_ content: [UInt8], name: String) throws {
    guard let nameByteCount = UInt16(exactly: name.utf8.count), count < .max else {
      throw FormatError(file: path, found: "too long a name or too many arrays", expected: "fewer than 65535")
    }
    let offset = try checked(file.byteCount)
    let size = try checked(content.count)
    let fields =
      littleEndian(UInt16(20)) + littleEndian(UInt16(0x0800)) + littleEndian(UInt16(0))
      + littleEndian(UInt16(0))
      + littleEndian(UInt16(0x21)) + littleEndian(checksum(Bytes(content))) + littleEndian(size)
      + littleEndian(size) + littleEndian(nameByteCount) + littleEndian(UInt16(0))
    try file.write(littleEndian(UInt32(0x0403_4B50)) + fields + Array(name.utf8))
    try file.write(content)
    directory += littleEndian(UInt32(0x0201_4B50)) + littleEndian(UInt16(20)) + fields
    directory += [UInt8](repeating: 0, count: 10) + littleEndian(offset) + Array(name.utf8)
    count += 1
  }

  /// Appends the directory.
  func finish() throws {
    let offset = try checked(file.byteCount)
    let size = try checked(directory.count)
    try file.write(directory)
    _ = try checked(file.byteCount)
    try file.write(
      littleEndian(UInt32(0x0605_4B50)) + littleEndian(UInt32(0)) + littleEndian(count) + littleEndian(count)
        + littleEndian(size) + littleEndian(offset) + littleEndian(UInt16(0)))
  }

  private func checked(_ byteCount: Int) throws -> UInt32 {
    guard let value = UInt32(exactly: byteCount), value < .max else {
      throw FormatError(
        file: path, found: "\(byteCount) bytes", expected: "less than 4 GiB in one .npz file",
        advice: "save safetensors instead")
    }
    return value
  }

  private func littleEndian<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
  }
}
