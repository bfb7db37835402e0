import NeuralNet
import Tensor

/// An architecture that can be built by name.
public struct ModelEntry: Sendable {
  /// The name in the style of timm, such as "mobilenetv2_100".
  public let name: String
  /// The publication.
  public let source: String
  /// The configuration of the published weights.
  public let defaults: ModelConfiguration
  /// How many pixels of the picture become one of the last feature map, along each side.
  public let reduction: Int
  fileprivate let make: @Sendable (ModelConfiguration, inout Generator) -> Layer
}

/// A model with what it was built from.
public struct Model {
  /// What it was built from.
  public let configuration: ModelConfiguration
  /// From images [N, H, W, C] to logits [N, classes].
  public let network: Layer

  /// A model from its parts.
  public init(configuration: ModelConfiguration, network: Layer) {
    (self.configuration, self.network) = (configuration, network)
  }
}

extension ModelEntry {
  /// Stops where the last feature map would vanish, or be too small for the batch's statistics.
  /// - Throws: ``UnfitInput``.
  public func check(inputSize: Int, trainingBatch: Int? = nil) throws {
    let side = (inputSize + reduction - 1) / reduction
    if inputSize < reduction || (trainingBatch.map { $0 * side * side < 2 } ?? false) {
      throw UnfitInput(model: name, size: inputSize, batch: trainingBatch, minimum: reduction)
    }
  }
}

/// Pictures too small for a model.
public struct UnfitInput: Error, CustomStringConvertible {
  let model: String
  let size: Int
  let batch: Int?
  let minimum: Int
  public var description: String {
    size < minimum
      ? "pictures of \(size)×\(size) are too small for \(model), which needs at least \(minimum)×\(minimum); choose a larger --input"
      : "training \(model) on a batch of \(batch ?? 1) with pictures of \(size)×\(size) leaves its batch norms one value a "
        + "channel; choose a larger batch or --input"
  }
}

/// An unknown model was asked for.
public struct UnknownModel: Error, CustomStringConvertible {
  /// The name that was asked for.
  public let name: String
  public var description: String {
    "there is no model \"\(name)\"; known are \(ModelRegistry.entries.map(\.name).joined(separator: ", "))"
  }
}

/// All architectures by name.
public enum ModelRegistry {
  private static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
  private static let imageNetDeviation: [Float] = [0.229, 0.224, 0.225]
  private static let residual = "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"

  /// The registered architectures.
  public static let entries: [ModelEntry] = [
    entry("quickstart", source: "Martlet", classes: 10, inputChannels: 1, inputSize: 28, reduction: 4) {
      QuickstartNet(configuration: $0, using: &$1)
    },
    entry("resnet18", source: residual, classes: 1000, inputSize: 224, reduction: 32) {
      ResNet(blocks: [2, 2, 2, 2], configuration: $0, using: &$1)
    },
    entry("resnet34", source: residual, classes: 1000, inputSize: 224, reduction: 32) {
      ResNet(blocks: [3, 4, 6, 3], configuration: $0, using: &$1)
    },
    entry("cifar_resnet20", source: residual, classes: 10, inputSize: 32, reduction: 4) {
      CIFARResNet(depth: 20, configuration: $0, using: &$1)
    },
    entry("cifar_resnet56", source: residual, classes: 10, inputSize: 32, reduction: 4) {
      CIFARResNet(depth: 56, configuration: $0, using: &$1)
    },
    entry(
      "mobilenetv2_100", source: "Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018",
      classes: 1000, inputSize: 224, reduction: 32
    ) { MobileNetV2(configuration: $0, using: &$1) },
  ]

  /// The architecture with a name.
  /// - Throws: ``UnknownModel`` that lists the known names.
  public static func entry(named name: String) throws -> ModelEntry {
    guard let entry = entries.first(where: { $0.name == name }) else { throw UnknownModel(name: name) }
    return entry
  }

  /// A model with new weights.
  /// - Throws: ``UnknownModel``.
  public static func make(_ configuration: ModelConfiguration, using generator: inout Generator) throws -> Model {
    let network = try entry(named: configuration.name).make(configuration, &generator)
    return Model(configuration: configuration, network: network.namingParts())
  }

  private static func entry(
    _ name: String, source: String, classes: Int, inputChannels: Int = 3, inputSize: Int, reduction: Int,
    make: @escaping @Sendable (ModelConfiguration, inout Generator) -> Layer
  ) -> ModelEntry {
    let isColour = inputChannels == 3
    let defaults = ModelConfiguration(
      name: name, classes: classes, inputChannels: inputChannels, inputSize: inputSize,
      mean: isColour ? imageNetMean : [0.5], deviation: isColour ? imageNetDeviation : [0.5])
    return ModelEntry(name: name, source: source, defaults: defaults, reduction: reduction, make: make)
  }
}
