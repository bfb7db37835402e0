import Tensor

/// The Walsh functions of a square block that low-rank back-propagation keeps (LBP-WHT, its LP_L1 and LP_L∞
/// selections).
///
/// The basis (i, j) is the outer product of the Walsh functions with i and j sign changes, i along the rows.
/// Small sequencies are smooth.
public struct WalshBases: Sendable, Hashable {
  /// Which functions, as options write it.
  private enum Selection: Hashable {
    case l1(Int)
    case lInfinity(Int)
    case list
  }

  /// Rows and columns of a block: 4, 8 or 16.
  public let edge: Int
  /// The sign changes of each function along the rows (`height`) and the columns (`width`), without repetition.
  public let sequencies: [Pair]
  private let selection: Selection

  /// The number of functions.
  public var count: Int { sequencies.count }

  /// LP_L1-k: the functions with i + j < k; 1, 3, 6, 10, 15, 21, 28, 36 for k = 1 … 8.
  /// - Throws: ``StrategyError`` for a k outside of 1 ..< 2·edge or another edge.
  public static func l1(_ order: Int, edge: Int = 8) throws -> WalshBases {
    try WalshBases(.l1(order), order: order, limit: { 2 * $0 - 1 }, edge: edge) { $0 + $1 < order }
  }

  /// LP_L∞-k: the k² functions with max(i, j) < k.
  /// - Throws: ``StrategyError`` for a k outside of 1 … edge or another edge.
  public static func lInfinity(_ order: Int, edge: Int = 8) throws -> WalshBases {
    try WalshBases(.lInfinity(order), order: order, limit: { $0 }, edge: edge) { max($0, $1) < order }
  }

  /// The functions of a list.
  /// - Throws: ``StrategyError`` for an empty list, a repetition, a sequency that is not below the edge or
  ///   another edge.
  public init(_ sequencies: [Pair], edge: Int = 8) throws {
    try WalshBases.check(edge)
    if let wrong = sequencies.first(where: { !(0..<edge ~= $0.height && 0..<edge ~= $0.width) }) {
      throw StrategyError(
        "the Walsh function (\(wrong.height), \(wrong.width)) is not one of a block of edge \(edge); "
          + "expected sequencies 0 to \(edge - 1)")
    }
    guard !sequencies.isEmpty, Set(sequencies).count == sequencies.count else {
      throw StrategyError(
        "the list of Walsh functions \(sequencies.isEmpty ? "is empty" : "names one of them twice"); "
          + "expected each once, at least one")
    }
    (self.edge, self.sequencies, selection) = (edge, sequencies, .list)
  }

  private init(
    _ selection: Selection, order: Int, limit: (Int) -> Int, edge: Int, _ isKept: (Int, Int) -> Bool
  ) throws {
    try WalshBases.check(edge)
    let limit = limit(edge)
    guard 1...limit ~= order else {
      throw StrategyError(
        "the order of Walsh functions is \(order); expected 1 to \(limit) for blocks of edge \(edge)")
    }
    self.edge = edge
    sequencies = (0..<edge).flatMap { i in (0..<edge).filter { isKept(i, $0) }.map { Pair(i, $0) } }
    self.selection = selection
  }

  private static func check(_ edge: Int) throws {
    guard WalshBlocks.edges.contains(edge) else {
      throw StrategyError("Walsh functions of blocks of edge \(edge) are not there; expected an edge of 4, 8 or 16")
    }
  }
}

extension WalshBases: CustomStringConvertible {
  /// Reads the form that ``description`` writes: "l1-4", "linf-2", "list-00-01-10", with "/4" or "/16" for
  /// another edge than 8.
  ///
  /// A list gives i and j of each function as two hexadecimal digits.
  /// - Throws: ``StrategyError``.
  public init(parsing text: String) throws {
    let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let words = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    let wrong = StrategyError(
      "\"\(text.prefix(80))\" names no Walsh functions; expected l1-K, linf-K or list-IJ-IJ…, such as l1-4, "
        + "with /4 or /16 behind it for blocks of that edge")
    guard let edge = halves.count == 2 ? Int(halves[1]) : 8 else { throw wrong }
    switch (words[0], words.count) {
    case ("l1", 2), ("linf", 2):
      guard let order = Int(words[1]) else { throw wrong }
      self = try words[0] == "l1" ? .l1(order, edge: edge) : .lInfinity(order, edge: edge)
    case ("list", 2...):
      let pairs = words.dropFirst().compactMap { word -> Pair? in
        let digits = word.compactMap(\.hexDigitValue)
        return word.count == 2 && digits.count == 2 ? Pair(digits[0], digits[1]) : nil
      }
      guard pairs.count == words.count - 1 else { throw wrong }
      try self.init(pairs, edge: edge)
    default: throw wrong
    }
  }

  /// As options write it, such as "l1-4".
  public var description: String {
    let name =
      switch selection {
      case .l1(let order): "l1-\(order)"
      case .lInfinity(let order): "linf-\(order)"
      case .list:
        (["list"] + sequencies.map { String($0.height, radix: 16) + String($0.width, radix: 16) })
          .joined(separator: "-")
      }
    return edge == 8 ? name : "\(name)/\(edge)"
  }
}
