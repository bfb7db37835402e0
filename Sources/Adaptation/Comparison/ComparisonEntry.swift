/// One of the ways to train that a comparison tries, as options write it.
///
/// `filter:4` trains the layers of the comparison, `filter:4@last:8` layers of its own, where a plus sign stands between patterns:
/// `exact@conv1+layer4.*`. `none` trains the classifier alone, and `plan` is what a planner finds for the budget.
public struct ComparisonEntry: Sendable {
  private enum Method {
    case none
    case plan
    case strategy(any Strategy, LayerSelection?)
  }

  /// The entry as it was written.
  public let text: String
  private let method: Method

  /// Reads an entry.
  /// - Throws: ``StrategyError`` for text that names no strategy or selects no layers.
  public init(parsing text: String) throws {
    self.text = text
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch parts[0] {
    case "none", "plan":
      guard parts.count == 1 else {
        throw StrategyError("\"\(text)\" gives layers to \(parts[0]), which has none of its own; write \(parts[0])")
      }
      method = text == "plan" ? .plan : .none
    default:
      let strategy = try StrategyName.parse(parts[0])
      let layers = parts.dropFirst().first.map { $0.split(separator: "+", omittingEmptySubsequences: false) }
      method = .strategy(strategy, try layers.map { try LayerSelection(parsing: $0.joined(separator: ",")) })
    }
  }

  /// Reads entries with commas between them.
  /// - Throws: ``StrategyError`` for an entry that cannot be read or comes twice.
  public static func list(parsing text: String) throws -> [ComparisonEntry] {
    let entries = try text.split(separator: ",", omittingEmptySubsequences: false).map { try Self(parsing: String($0)) }
    for (index, entry) in entries.enumerated() {
      if let twin = entries[..<index].first(where: { $0.folderName == entry.folderName }) {
        throw StrategyError("\(twin.text) and \(entry.text) would be one run; name each strategy once")
      }
    }
    return entries
  }

  /// Whether a planner decides what trains.
  public var isPlan: Bool { if case .plan = method { true } else { false } }

  /// The entry as the name of a folder: `filter-4-last-8`.
  public var folderName: String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
  }

  /// What is asked for.
  /// - Parameters:
  ///   - network: the network whose layers are chosen.
  ///   - layers: what trains where the entry does not say it.
  ///   - norms: what trains of norms.
  ///   - budget: what a plan has to fit.
  /// - Throws: ``StrategyError`` for layers that do not exist.
  public func request(
    _ network: AdaptableNetwork, layers: LayerSelection, norms: Scheme.Norms, budget: Budget
  ) throws -> AdaptationRequest {
    switch method {
    case .none: .scheme(Scheme([], norms: norms), within: budget)
    case .plan: .plan(within: budget, strategies: try StrategyName.candidates(), norms: norms)
    case .strategy(let strategy, let own):
      .scheme(try Scheme([(own ?? layers, strategy)], of: network, norms: norms), within: budget)
    }
  }
}
