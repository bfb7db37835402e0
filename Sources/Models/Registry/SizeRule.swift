/// Which heights and widths of pictures a network can be built for.
struct SizeRule: Sendable {
  /// In words, to follow "sizes that are".
  let description: String
  let allows: @Sendable (Int) -> Bool

  /// Every size.
  static let any = SizeRule(description: "of any kind") { _ in true }

  /// Sizes that a network can halve or cut evenly.
  static func multiples(of unit: Int) -> SizeRule {
    SizeRule(description: "multiples of \(unit)") { $0 % unit == 0 }
  }
}
