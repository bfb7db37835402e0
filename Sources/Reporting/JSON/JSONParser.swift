import Foundation

extension JSONValue {
  /// Parses one JSON text (RFC 8259), keeping the order of keys.
  ///
  /// - Parameters:
  ///   - bytes: The text in UTF-8.
  ///   - source: What the text is, for messages: usually a file name.
  /// - Throws: ``ReportingError`` with the line, if the text is not JSON, repeats a key, holds a number beyond
  ///   the range of a double, or nests deeper than 256 levels.
  public init(parsing bytes: some Sequence<UInt8>, source: String = "JSON text") throws {
    var parser = JSONParser(bytes: Array(bytes), source: source)
    self = try parser.document()
  }

  /// Parses one JSON text.
  ///
  /// - Throws: ``ReportingError``, as the initialiser from bytes.
  public init(parsing text: String, source: String = "JSON text") throws {
    try self.init(parsing: text.utf8, source: source)
  }
}

/// A recursive-descent parser over UTF-8 bytes.
struct JSONParser {
  private static let deepestLevel = 256

  private let bytes: [UInt8]
  private let source: String
  private var position = 0

  init(bytes: [UInt8], source: String) {
    self.bytes = bytes
    self.source = source
  }

  mutating func document() throws -> JSONValue {
    let result = try value(level: 0)
    skipWhitespace()
    guard position == bytes.count else { throw unexpected("the end") }
    return result
  }

  private mutating func value(level: Int) throws -> JSONValue {
    guard level <= Self.deepestLevel else { throw failure("nests deeper than \(Self.deepestLevel) levels") }
    skipWhitespace()
    switch peek {
    case UInt8(ascii: "{"): return .object(try object(level: level))
    case UInt8(ascii: "["): return .array(try array(level: level))
    case UInt8(ascii: "\""): return .string(try string())
    default:
      if peek == UInt8(ascii: "-") || startsWithDigit { return try number() }
      if consume("true") { return true }
      if consume("false") { return false }
      if consume("null") { return .null }
      throw unexpected("a value")
    }
  }

  private mutating func object(level: Int) throws -> JSONObject {
    var object = JSONObject()
    try list(closing: "}") { parser in
      guard parser.peek == UInt8(ascii: "\"") else { throw parser.unexpected("a key in quotes") }
      let key = try parser.string()
      guard object[key] == nil else { throw parser.failure("repeats the key '\(key)'") }
      parser.skipWhitespace()
      guard parser.consume(":") else { throw parser.unexpected("':'") }
      object[key] = try parser.value(level: level + 1)
    }
    return object
  }

  private mutating func array(level: Int) throws -> [JSONValue] {
    var elements: [JSONValue] = []
    try list(closing: "]") { parser in elements.append(try parser.value(level: level + 1)) }
    return elements
  }

  /// An opening bracket, elements between commas, the closing bracket.
  private mutating func list(closing: StaticString, element: (inout JSONParser) throws -> Void) throws {
    position += 1
    skipWhitespace()
    if consume(closing) { return }
    while true {
      skipWhitespace()
      try element(&self)
      skipWhitespace()
      if consume(closing) { return }
      guard consume(",") else { throw unexpected("',' or '\(closing)'") }
    }
  }

  private mutating func string() throws -> String {
    position += 1
    var content: [UInt8] = []
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(bytes: content, encoding: .utf8) else {
          throw failure("holds a string that is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"):
        content += try escapedCharacter().utf8
      case 0..<0x20:
        throw failure("holds a control character inside a string")
      default:
        content.append(byte)
      }
    }
    throw failure("ends inside a string")
  }

  private mutating func escapedCharacter() throws -> String {
    let byte = peek
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return String(Character(try unicodeEscape()))
    default: throw failure("holds an unknown escape in a string")
    }
  }

  private mutating func unicodeEscape() throws -> Unicode.Scalar {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, consume("\\u") else { throw failure("holds half a surrogate pair") }
    let second = try fourHexDigits()
    guard 0xDC00..<0xE000 ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw failure("holds half a surrogate pair") }
    return scalar
  }

  private mutating func fourHexDigits() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("holds a \\u escape without four hexadecimal digits")
      }
      position += 1
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    _ = consume("-")
    if !consume("0") {
      guard skipDigits() > 0 else { throw unexpected("a digit") }
    }
    var isInteger = true
    if consume(".") {
      isInteger = false
      guard skipDigits() > 0 else { throw unexpected("a digit after the point") }
    }
    if consume("e") || consume("E") {
      isInteger = false
      if !consume("+") { _ = consume("-") }
      guard skipDigits() > 0 else { throw unexpected("a digit in the exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, text != "-0", let integer = Int(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else {
      throw failure("holds the number \(text.prefix(40)), which no double can hold")
    }
    return .number(number)
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while startsWithDigit { position += 1 }
    return position - start
  }

  private mutating func skipWhitespace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func consume(_ token: StaticString) -> Bool {
    let end = position + token.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    let matches = token.withUTF8Buffer { $0.elementsEqual(bytes[position..<end]) }
    if matches { position = end }
    return matches
  }

  private var startsWithDigit: Bool {
    peek.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ?? false
  }

  private var peek: UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  private func unexpected(_ expectation: String) -> ReportingError {
    guard let byte = peek else { return failure("ends where \(expectation) was expected") }
    let isPrintable = 0x21...0x7E ~= byte
    let found = isPrintable ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    return failure("has \(found) where \(expectation) was expected")
  }

  private func failure(_ problem: String) -> ReportingError {
    let line = 1 + bytes.prefix(position).count { $0 == 0x0A }
    return ReportingError("\(source) is not valid JSON: line \(line) \(problem)")
  }
}
