/// Negative numbers among the words of a command line.
///
/// The parser takes a word that begins with a dash for an option; no option of Martlet begins like a number.
enum NegativeNumbers {
  /// The words, with each negative number joined to the option before it: `--lr -1` becomes `--lr=-1`.
  static func joined(to words: [String]) -> [String] {
    var result: [String] = []
    for (index, word) in words.enumerated() {
      if word == "--" { return result + words[index...] }
      if isNegativeNumber(word), let option = result.last, option.hasPrefix("--"), !option.contains("=") {
        result[result.count - 1] = option + "=" + word
      } else {
        result.append(word)
      }
    }
    return result
  }

  private static func isNegativeNumber(_ word: String) -> Bool {
    word.hasPrefix("-") && word.dropFirst().first.map { $0.isWholeNumber || $0 == "." } ?? false
  }
}
