import Foundation
import Reporting
import Training

/// A scheme as the state of a run and `config.json` keep it.
struct SchemeDocument: Codable, Equatable {
  struct Layer: Codable, Equatable {
    let layer: String
    let strategy: String
  }

  let layers: [Layer]
  let norms: Scheme.Norms
  /// What was asked for, in JSON.
  let asked: String?

  /// - Parameter asked: what the scheme was decided from.
  init(_ scheme: Scheme, asked: JSONObject) {
    self.asked = JSONValue.object(asked).serialized()
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

  /// Stops where something else was asked for; states of older versions do not know what was.
  /// - Throws: `TrainingError` that says what differs.
  func check(_ asked: JSONObject, in path: String) throws {
    guard let saved = try self.asked.map({ try JSONValue(parsing: $0, source: path) })?.objectValue else { return }
    let differences = asked.differences(from: saved)
    guard differences.isEmpty else {
      throw TrainingError(
        "\(path) belongs to an adaptation with other options: \(differences.joined(separator: ", ")); use the same or "
          + "another --output")
    }
  }

  /// - Throws: ``StrategyError`` for unknown strategies.
  func scheme() throws -> Scheme {
    Scheme(
      try layers.map { Scheme.Choice(layer: $0.layer, strategy: try StrategyName.parse($0.strategy)) }, norms: norms)
  }
}
