import NeuralNet
import Tensor

/// An architecture that can be built by name.
public struct ModelEntry: Sendable {
  /// What a model's output says.
  public enum Task: String, Sendable {
    /// Logits [N, classes] of a picture.
    case classification
    /// Logits [N, H, W, classes] of every pixel.
    case segmentation
  }

  /// The name in the style of timm, such as "mobilenetv2_100".
  public let name: String
  /// The publication.
  public let source: String
  /// What the output says.
  public let task: Task
  /// The configuration of the published weights.
  public let defaults: ModelConfiguration
  /// How many pixels of the picture become one of the last feature map, along each side.
  public let reduction: Int
  let sizes: SizeRule
  /// Whether a batch norm follows the mean of a whole map, so that a batch of one has no statistics.
  let poolsGlobally: Bool
  /// Whether tables of positions tie a network to pictures of the size that it was built for.
  let hasPositions: Bool
  let make: @Sendable (ModelConfiguration, inout Generator) -> Layer

  init(
    _ name: String, source: String, task: Task = .classification, classes: Int = 1000, inputChannels: Int = 3,
    inputSize: Int = 224, reduction: Int = 32, sizes: SizeRule = .any,
    poolsGlobally: Bool = false, hasPositions: Bool = false, preparation: Preparation = .imageNet,
    make: @escaping @Sendable (ModelConfiguration, inout Generator) -> Layer
  ) {
    (self.name, self.source, self.task, self.reduction, self.make) = (name, source, task, reduction, make)
    (self.sizes, self.poolsGlobally, self.hasPositions) = (sizes, poolsGlobally, hasPositions)
    defaults = ModelConfiguration(
      name: name, classes: classes, inputChannels: inputChannels, inputSize: inputSize, preparation: preparation)
  }

  /// Stops where the last feature map would vanish, or be too small for the batch's statistics, or where the network cannot be
  /// built for pictures of this size.
  /// - Throws: ``UnfitInput``.
  public func check(inputSize: Int, trainingBatch: Int? = nil) throws {
    if inputSize > ModelConfiguration.largestSize {
      let rule = "at most \(ModelConfiguration.largestSize)"
      throw UnfitInput(model: name, size: inputSize, batch: nil, minimum: reduction, rule: rule)
    }
    let side = poolsGlobally ? 1 : (inputSize + reduction - 1) / reduction
    if inputSize < reduction || (trainingBatch.map { $0 * side * side < 2 } ?? false) {
      throw UnfitInput(model: name, size: inputSize, batch: trainingBatch, minimum: reduction)
    }
    if !sizes.allows(inputSize) {
      throw UnfitInput(model: name, size: inputSize, batch: nil, minimum: reduction, rule: sizes.description)
    }
  }
}

/// Pictures of a size that a model cannot take.
public struct UnfitInput: Error, CustomStringConvertible {
  let model: String
  let size: Int
  let batch: Int?
  let minimum: Int
  var rule: String?
  public var description: String {
    if let rule {
      return
        "\(model) cannot be built for pictures of \(size)×\(size), only for sizes that are \(rule); choose another --input"
    }
    return size < minimum
      ? "pictures of \(size)×\(size) are too small for \(model), which needs at least \(minimum)×\(minimum); choose a larger --input"
      : "training \(model) on a batch of \(batch ?? 1) with pictures of \(size)×\(size) leaves its batch norms one value a "
        + "channel; choose a larger batch, for which there must be as many pictures"
  }
}
