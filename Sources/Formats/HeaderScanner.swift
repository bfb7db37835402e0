/// A strict scanner over the text headers of binary files: JSON for safetensors, Python literals for npy.
///
/// It builds no tree, so a hostile header costs no more memory than what the caller keeps of it.
struct HeaderScanner {
  private let text: UnsafeRawBufferPointer
  private let file: String
  private(set) var position = 0

  init(_ text: UnsafeRawBufferPointer, file: String) {
    self.text = text
    self.file = file
  }

  /// An error at the current position.
  func failure(expected: String) -> FormatError {
    let found = position < text.count ? describe(text[position]) : "the end of the header"
    return FormatError(
      file: file, found: "\(found) at byte \(position) of the header", expected: expected,
      advice: "the file is damaged or of another format")
  }

  private func describe(_ byte: UInt8) -> String {
    (0x20..<0x7F).contains(byte) ? "'\(UnicodeScalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
  }

  mutating func skipSpace() {
    while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
  }

  /// Skips space, then takes `character` if it comes next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, UInt32(text[position]) == character.value else { return false }
    position += 1
    return true
  }

  /// Skips space, then takes `character` or fails.
  mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw failure(expected: "'\(character)'") }
  }

  /// Takes a word of letters, such as `True`.
  mutating func word() -> String {
    skipSpace()
    let start = position
    while position < text.count, isLetter(text[position]) { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  /// Takes a whole number without sign, fraction, exponent or leading zero.
  mutating func size() throws -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < text.count, (0x30...0x39).contains(text[position]) {
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(Int(text[position] - 0x30))
      guard !overflow, !carry else { throw failure(expected: "a number up to \(Int.max)") }
      value = sum
      position += 1
    }
    guard position > start else { throw failure(expected: "a whole number that is not negative") }
    guard position == start + 1 || text[start] != 0x30 else {
      throw failure(expected: "a number without leading zeros")
    }
    return value
  }

  /// Takes sizes up to `end`, such as `3, 4]`; a comma may stand before the end if `trailingComma`.
  mutating func sizes(until end: Unicode.Scalar, trailingComma: Bool) throws -> [Int] {
    let maximumRank = 64
    var sizes: [Int] = []
    if take(end) { return sizes }
    while true {
      guard sizes.count < maximumRank else { throw failure(expected: "at most \(maximumRank) sizes") }
      sizes.append(try size())
      if take(end) { return sizes }
      try expect(",")
      if trailingComma, take(end) { return sizes }
    }
  }

  /// Takes a Python string in single or double quotes, without escapes.
  mutating func pythonString() throws -> String {
    let quote: Unicode.Scalar = take("\"") ? "\"" : "'"
    if quote == "'" { try expect("'") }
    let start = position
    while position < text.count, UInt32(text[position]) != quote.value {
      guard (0x20..<0x7F).contains(text[position]), text[position] != UInt8(ascii: "\\") else {
        throw failure(expected: "a plain string")
      }
      position += 1
    }
    let string = String(decoding: text[start..<position], as: UTF8.self)
    guard position < text.count else { throw failure(expected: "a closing quote") }
    position += 1
    return string
  }

  /// Takes a JSON string.
  mutating func jsonString() throws -> String {
    try expect("\"")
    var bytes: [UInt8] = []
    while true {
      guard position < text.count else { throw failure(expected: "a closing quote") }
      let byte = text[position]
      guard byte >= 0x20 else { throw failure(expected: "control characters to be escaped") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: bytes, as: UTF8.self) else {
          throw failure(expected: "text in UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): bytes.append(contentsOf: Array(String(try escape()).utf8))
      default: bytes.append(byte)
      }
    }
  }

  /// Takes a JSON object, calling `body` after each name and colon to take the value.
  mutating func jsonMembers(_ body: (String, inout HeaderScanner) throws -> Void) throws {
    try expect("{")
    if take("}") { return }
    repeat {
      let name = try jsonString()
      try expect(":")
      try body(name, &self)
    } while take(",")
    try expect("}")
  }

  private mutating func escape() throws -> Unicode.Scalar {
    guard position < text.count else { throw failure(expected: "an escape") }
    let kind = text[position]
    position += 1
    switch UnicodeScalar(kind) {
    case "\"", "\\", "/": return UnicodeScalar(kind)
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": return try unicodeEscape()
    default:
      position -= 1
      throw failure(expected: "an escape that JSON knows")
    }
  }

  private mutating func unicodeEscape() throws -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, position + 2 <= text.count, text[position] == UInt8(ascii: "\\"),
      text[position + 1] == UInt8(ascii: "u")
    else { throw failure(expected: "a surrogate pair") }
    position += 2
    let second = try hexadecimal()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw failure(expected: "a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < text.count, let digit = Character(UnicodeScalar(text[position])).hexDigitValue else {
        throw failure(expected: "four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  /// Skips space and fails if anything is left.
  mutating func expectEnd() throws {
    skipSpace()
    guard position == text.count else { throw failure(expected: "the end of the header") }
  }
}
