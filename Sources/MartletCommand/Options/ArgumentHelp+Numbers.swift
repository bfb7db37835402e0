import ArgumentParser

/// Help of options that take numbers: it and the parser's errors say what kind of number is expected.
extension ArgumentHelp {
  /// Help of an option that takes an integer.
  static func integer(_ abstract: String) -> ArgumentHelp { ArgumentHelp(abstract, valueName: "integer") }

  /// Help of an option that takes any number.
  static func number(_ abstract: String) -> ArgumentHelp { ArgumentHelp(abstract, valueName: "number") }
}
