import Formats
import Foundation
import Models
import NeuralNet
import Tensor

/// A model in one safetensors file: weights under their published names in OIHW order, the configuration as metadata.
public enum ModelCheckpoint {
  /// The version of the metadata.
  static let format = "martlet-1"

  /// Writes a model, adapters merged into the weights; the old file stays until the new one is complete.
  /// - Parameters:
  ///   - model: the model to write.
  ///   - classNames: what the classes are called.
  ///   - path: where it goes.
  /// - Throws: `FormatError` if the file cannot be written.
  public static func save(_ model: Model, classNames: [String] = [], to path: String) throws {
    let entries = model.network.mergedTensors().map { SafetensorsWriter.Entry(name: $0.name, $0.tensor) }
    let metadata = try metadata(model, classNames: classNames, format: format)
    try SafetensorsWriter.write(entries, metadata: metadata, to: path)
  }

  /// What a file says of its model.
  static func metadata(_ model: Model, classNames: [String], format: String) throws -> [String: String] {
    var metadata = ["format": "pt", "martlet": format, "configuration": try encode(model.configuration)]
    if !classNames.isEmpty { metadata["classes"] = try encode(classNames) }
    return metadata
  }

  /// A model that `save` wrote, with the names of its classes where they are known.
  /// - Parameters:
  ///   - path: the file.
  ///   - inputSize: the height and width of the pictures; those that it was saved with if nil.
  /// - Throws: `FormatError`, ``TrainingError`` where the file has no configuration, `LoadError` where names or
  ///   shapes differ.
  public static func load(_ path: String, inputSize: Int? = nil) throws -> (model: Model, classNames: [String]) {
    let file = try WeightFile(path)
    let (configuration, classNames) = try description(of: file, path, inputSize: inputSize)
    guard file.metadata["martlet"] != DeltaCheckpoint.format else {
      throw TrainingError(
        "\(path) holds differences from the weights \(file.metadata["base"] ?? "of another file"); name that file with --base"
      )
    }
    var generator = Generator(seed: 0)
    let model = try ModelRegistry.make(configuration, using: &generator)
    try model.network.load(file, from: path)
    return (model, classNames)
  }

  /// The configuration in a file, with the names of the classes where they are known.
  static func description(
    of file: WeightFile, _ path: String, inputSize: Int?
  ) throws -> (configuration: ModelConfiguration, classNames: [String]) {
    guard let text = file.metadata["configuration"] else {
      throw TrainingError(
        "\(path) has no model configuration in its metadata; name the model with --model and the file with --weights")
    }
    var configuration: ModelConfiguration = try decode(text, path, "configuration")
    configuration.inputSize = inputSize ?? configuration.inputSize
    return (configuration, try file.metadata["classes"].map { try decode($0, path, "classes") } ?? [])
  }

  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func decode<Value: Decodable>(_ text: String, _ path: String, _ key: String) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    } catch {
      throw TrainingError("\(path): the metadata \"\(key)\" is damaged: \(text.prefix(80))")
    }
  }
}
