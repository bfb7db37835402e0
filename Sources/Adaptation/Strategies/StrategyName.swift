/// Strategies by the names that options have for them.
public enum StrategyName {
  /// How each kind of strategy is written.
  public static let forms = [
    "exact", "filter:PATCH", "walsh:BASES", "lora:RANK", "lora:RANK+walsh:BASES",
    "bias", "sparse:FRACTION", "low-rank:ENERGY", "subspace:RANK", "psq:BITS", "ptq:BITS",
  ]

  /// The strategies that a plan chooses from.
  public static func candidates() throws -> [any Strategy] {
    try [ExactTraining()] + [2, 4, 7].map { try FilteredTraining(patch: $0) }
      + ["l1-2", "l1-4", "l1-8"].map { WalshTraining(try WalshBases(parsing: $0)) }
  }

  /// The strategy that a text such as "filter:4" names.
  /// - Throws: ``StrategyError`` for unknown names and for arguments that a strategy cannot have.
  public static func parse(_ text: String) throws -> any Strategy {
    if text.hasPrefix("lora"), let plus = text.firstIndex(of: "+") { return try composed(text, at: plus) }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let arguments = Array(parts.dropFirst())
    return switch parts.first {
    case "exact" where arguments.isEmpty: ExactTraining()
    case "filter": try FilteredTraining.parse(arguments)
    case "walsh": try WalshTraining.parse(arguments)
    case "lora": try LowRankAdaptation.parse(arguments)
    case "bias": try BiasTraining.parse(arguments)
    case "sparse": try SparseUpdate.parse(arguments)
    case "low-rank": try LowRankActivations.parse(arguments)
    case "subspace": try SubspaceActivations.parse(arguments)
    case "psq": try QuantizedGradients.parse(arguments, ranges: .samples)
    case "ptq": try QuantizedGradients.parse(arguments, ranges: .tensor)
    default: throw StrategyError("there is no strategy \"\(text)\"; known are \(forms.joined(separator: ", "))")
    }
  }

  /// LoRA whose frozen weight passes projected cotangents on, such as "lora:8+walsh:l1-4".
  private static func composed(_ text: String, at plus: String.Index) throws -> any Strategy {
    guard var adaptation = try parse(String(text[..<plus])) as? LowRankAdaptation,
      let passing = try parse(String(text[text.index(after: plus)...])) as? WalshTraining
    else {
      throw StrategyError("\"\(text)\" combines what cannot be; expected lora and walsh, such as lora:8+walsh:l1-4")
    }
    adaptation.passing = passing
    return adaptation
  }
}
