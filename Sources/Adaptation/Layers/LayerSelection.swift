import NeuralNet

/// Which layers of a network to train, as options write it.
///
/// `all`; `none`; `last:4`, the four deepest layers before the classifier; or patterns of paths such as `layer4.*` with commas
/// between them.
public enum LayerSelection: Sendable, Hashable, CustomStringConvertible {
  case all
  case none
  case last(Int)
  case patterns([String])

  /// Reads a selection.
  /// - Throws: ``StrategyError`` for text that is none.
  public init(parsing text: String) throws {
    if text.hasPrefix("last:") {
      guard let count = Int(text.dropFirst(5)), count >= 1 else {
        throw StrategyError("\"\(text)\" selects no layers; expected last: and a number of at least 1, such as last:4")
      }
      self = .last(count)
      return
    }
    switch text {
    case "all": self = .all
    case "none": self = .none
    default:
      let patterns = text.split(separator: ",").map { $0.trimmingWhitespace() }
      guard !patterns.isEmpty, patterns.allSatisfy({ !$0.isEmpty }) else {
        throw StrategyError(
          "\"\(text)\" selects no layers; expected all, none, last:4, or paths with commas between them")
      }
      self = .patterns(patterns)
    }
  }

  public var description: String {
    switch self {
    case .all: "all"
    case .none: "none"
    case .last(let count): "last:\(count)"
    case .patterns(let patterns): patterns.joined(separator: ",")
    }
  }

  /// The selected layers, in the order of their run.
  ///
  /// `last` counts by depth; of layers that are equally deep, such as a convolution and the projection of a shortcut beside it, the
  /// one with more weights counts first.
  /// - Parameter layers: the layers to choose from, without the classifier.
  /// - Throws: ``StrategyError`` for a pattern that no layer has, or more layers than there are.
  public func select(from layers: [AdaptableLayer]) throws -> [AdaptableLayer] {
    switch self {
    case .all: return layers
    case .none: return []
    case .last(let count):
      guard count <= layers.count else {
        throw StrategyError("last:\(count) asks for more layers than the \(layers.count) before the classifier")
      }
      let deepest = layers.indices.sorted { left, right in
        let (a, b) = (layers[left], layers[right])
        return (a.depth, a.weight.value.count, left) > (b.depth, b.weight.value.count, right)
      }.prefix(count)
      return deepest.sorted().map { layers[$0] }
    case .patterns(let patterns):
      for pattern in patterns where !layers.contains(where: { NamePattern(pattern).matches($0.path) }) {
        throw StrategyError(
          "no layer is called \"\(pattern)\"; the layers are \(layers.map(\.path).joined(separator: ", "))")
      }
      return layers.filter { layer in patterns.contains { NamePattern($0).matches(layer.path) } }
    }
  }
}

extension Substring {
  fileprivate func trimmingWhitespace() -> String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
