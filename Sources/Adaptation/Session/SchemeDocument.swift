import Foundation

/// A scheme as the state of a run and `config.json` keep it.
struct SchemeDocument: Codable, Equatable {
  struct Layer: Codable, Equatable {
    let layer: String
    let strategy: String
  }

  let layers: [Layer]
  let norms: Scheme.Norms

  init(_ scheme: Scheme) {
    layers = scheme.choices.map { Layer(layer: $0.layer, strategy: $0.strategy.description) }
    norms = scheme.norms
  }

  /// - Throws: ``StrategyError`` for text that holds no scheme.
  init(parsing text: String) throws {
    guard let document = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
      throw StrategyError("the saved state holds no scheme of adaptation: \(text.prefix(80))")
    }
    self = document
  }

  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// - Throws: ``StrategyError`` for unknown strategies.
  func scheme() throws -> Scheme {
    Scheme(
      try layers.map { Scheme.Choice(layer: $0.layer, strategy: try StrategyName.parse($0.strategy)) }, norms: norms)
  }
}
