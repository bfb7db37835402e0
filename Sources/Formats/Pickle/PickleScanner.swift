/// Takes the arguments of opcodes off the bytes of a pickle, within their bounds.
struct PickleScanner {
  private let bytes: UnsafeRawBufferPointer
  let file: String
  private(set) var position: Int

  init(_ bytes: UnsafeRawBufferPointer, from position: Int, file: String) {
    (self.bytes, self.position, self.file) = (bytes, position, file)
  }

  /// An error at the current position.
  func failure(_ found: String, expected: String) -> FormatError {
    FormatError(
      file: file, found: "\(found) at byte \(position) of the pickle", expected: expected,
      advice: "the file is damaged or of another format")
  }

  /// Takes `count` bytes. They are valid as long as those that the scanner was made of.
  mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
    guard count >= 0, count <= bytes.count - position else {
      throw failure("a length of \(count)", expected: "at most the \(bytes.count - position) bytes that are left")
    }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  /// Takes a little-endian number.
  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) throws -> Number {
    Number(littleEndian: try take(MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
  }

  /// Takes a length of the given type.
  mutating func length<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) throws -> Int {
    let number = try number(type)
    guard let length = Int(exactly: number), length >= 0 else {
      throw failure("a length of \(number)", expected: "at most the \(bytes.count - position) bytes that are left")
    }
    return length
  }

  /// Takes text of `count` bytes.
  mutating func text(_ count: Int) throws -> String {
    let start = self
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw start.failure("text that is not UTF-8", expected: "text that is")
    }
    return text
  }

  /// Takes text up to the end of the line.
  mutating func line() throws -> String {
    let maximumByteCount = 1024
    let rest = bytes[position...].prefix(maximumByteCount)
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
      throw failure("a line without end", expected: "one of at most \(maximumByteCount) bytes")
    }
    let text = try text(end - position)
    position += 1
    return text
  }
}
