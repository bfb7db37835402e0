/// Estimated widths of texts in a sans-serif font, rather too wide than too narrow.
enum TextMeasure {
  static func width(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width(of: $1) } * size
  }

  /// The text, or its beginning and an ellipsis, in at most `width` pixels.
  static func truncated(_ text: String, toWidth width: Double, size: Double) -> String {
    guard self.width(text, size: size) > width else { return text }
    var result = ""
    for character in text {
      guard self.width(result + String(character) + "…", size: size) <= width else { break }
      result.append(character)
    }
    return result + "…"
  }

  private static func width(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", "'", "|", ".", ",", ":", ";", "!": 0.32
    case "f", "r", "t", "(", ")", "[", "]", "/", "-", " ", "\u{202F}": 0.4
    case "m", "w", "M", "W", "@", "%", "…": 0.95
    case "A"..."Z", "G", "Q", "&": 0.72
    case "\u{1100}"..."\u{115F}", "\u{2E80}"..."\u{A4CF}", "\u{AC00}"..."\u{D7A3}", "\u{F900}"..."\u{FAFF}",
      "\u{FF01}"..."\u{FF60}", "\u{1F000}"..."\u{3FFFD}":
      1.05
    default: 0.61
    }
  }
}
