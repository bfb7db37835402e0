extension JSONValue {
  /// The JSON text. Keys keep their order and numbers their value: parsing the text gives the value back,
  /// except that NaN and the infinities become `null`.
  ///
  /// - Parameter pretty: Whether to break lines and indent by two spaces.
  public func serialized(pretty: Bool = false) -> String {
    var text = ""
    write(to: &text, indentation: pretty ? 0 : nil)
    return text
  }

  private func write(to text: inout String, indentation: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += value.description
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): Self.write(value, to: &text)
    case .array(let elements):
      Self.write(elements, between: "[", and: "]", to: &text, indentation: indentation) {
        element, text, inner in
        element.write(to: &text, indentation: inner)
      }
    case .object(let object):
      Self.write(Array(object), between: "{", and: "}", to: &text, indentation: indentation) {
        pair, text, inner in
        Self.write(pair.key, to: &text)
        text += inner == nil ? ":" : ": "
        pair.value.write(to: &text, indentation: inner)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], between open: String, and close: String, to text: inout String,
    indentation: Int?, writeElement: (Element, inout String, Int?) -> Void
  ) {
    let inner = indentation.map { $0 + 2 }
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      breakLine(in: &text, indentation: inner)
      writeElement(element, &text, inner)
    }
    if !elements.isEmpty { breakLine(in: &text, indentation: indentation) }
    text += close
  }

  private static func breakLine(in text: inout String, indentation: Int?) {
    guard let indentation else { return }
    text += "\n" + String(repeating: " ", count: indentation)
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\0"..."\u{1F}", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
