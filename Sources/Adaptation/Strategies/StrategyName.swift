/// Strategies by the names that options have for them.
public enum StrategyName {
  /// How each kind of strategy is written.
  public static let forms = ["exact", "filter:PATCH", "walsh:BASES"]

  /// The strategies that a plan chooses from.
  public static func candidates() throws -> [any Strategy] {
    [ExactTraining()] + (try [2, 4, 7].map { try FilteredTraining(patch: $0) })
  }

  /// The strategy that a text such as "filter:4" names.
  /// - Throws: ``StrategyError`` for unknown names and for arguments that a strategy cannot have.
  public static func parse(_ text: String) throws -> any Strategy {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let arguments = Array(parts.dropFirst())
    switch parts[0] {
    case "exact" where arguments.isEmpty: return ExactTraining()
    case "filter": return try FilteredTraining(parsing: arguments)
    case "walsh": return try WalshTraining(parsing: arguments)
    default:
      throw StrategyError("there is no strategy \"\(text)\"; known are \(forms.joined(separator: ", "))")
    }
  }
}
