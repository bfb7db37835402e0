import Foundation
import Models
import NeuralNet
import Tensor

/// Models and pictures for tests.
enum TestModels {
  static let names = ModelRegistry.entries.map(\.name)
  static let size = 64
  static let classes = 10

  /// A registered model whose norms are not the identity: a few training passes move the statistics.
  static func model(_ name: String, size: Int = size) throws -> Model {
    var generator = Generator(seed: 3)
    var configuration = try ModelRegistry.entry(named: name).defaults
    (configuration.classes, configuration.inputSize) = (classes, size)
    let model = try ModelRegistry.make(configuration, using: &generator)
    let pictures = pictures(2, configuration)
    withoutGradients { for _ in 0..<2 { _ = model.network(pictures) } }
    model.network.setTraining(false)
    return model
  }

  /// A model around a network of a test.
  static func model(_ network: Layer, size: Int, channels: Int) -> Model {
    Model(
      configuration: ModelConfiguration(
        name: "quickstart", classes: classes, inputChannels: channels, inputSize: size,
        preparation: .symmetric(channels: channels)), network: network.namingParts())
  }

  /// Normally distributed pictures [N, H, W, C].
  static func pictures(_ count: Int, _ configuration: ModelConfiguration) -> Tensor {
    var generator = Generator(seed: UInt64(count))
    let size = configuration.inputSize
    return Tensor.normal([count, size, size, configuration.inputChannels], using: &generator)
  }
}

/// Calls `body` with the path of a new folder and removes the folder afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "export-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}
