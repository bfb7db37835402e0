import NeuralNet
import Synchronization
import Tensor

/// A model with what it was built from.
public struct Model {
  /// What it was built from.
  public let configuration: ModelConfiguration
  /// What the output says.
  public let task: ModelEntry.Task
  /// From images [N, H, W, C] to logits [N, classes], or [N, H, W, classes] of every pixel.
  public let network: Layer

  /// A model from its parts.
  public init(configuration: ModelConfiguration, task: ModelEntry.Task = .classification, network: Layer) {
    (self.configuration, self.task, self.network) = (configuration, task, network)
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
  /// The registered architectures, family by family.
  public static let entries: [ModelEntry] = [
    QuickstartNet.entries,
    ResNet.entries,
    CIFARResNet.entries,
    MobileNetV2.entries,
    EfficientNetLite.entries,
    SearchedNetworks.entries,
    EfficientFormer.entries,
    EfficientFormerV2.entries,
    VisionTransformer.entries,
    SwinV2.entries,
    MobileViG.entries,
    MobileViGV2.entries,
    GreedyViG.entries,
    SegmentationNetwork.entries,
  ].flatMap(\.self)

  /// The architecture with a name.
  /// - Throws: ``UnknownModel`` that lists the known names.
  public static func entry(named name: String) throws -> ModelEntry {
    guard let entry = entries.first(where: { $0.name == name }) else { throw UnknownModel(name: name) }
    return entry
  }

  /// A model with new weights.
  /// - Throws: ``UnknownModel``; ``UnusableConfiguration`` for numbers that no network can have; ``UnfitInput`` where the architecture
  ///   cannot be built for pictures of the configured size.
  public static func make(_ configuration: ModelConfiguration, using generator: inout Generator) throws -> Model {
    let entry = try entry(named: configuration.name)
    try configuration.check()
    try entry.check(inputSize: configuration.inputSize)
    let network = entry.make(configuration, &generator)
    return Model(configuration: configuration, task: entry.task, network: network.namingParts())
  }

  /// The names of the tensors whose shapes follow the number of classes: those of the classifier.
  ///
  /// The answer is kept, since two networks are built to find it.
  /// - Throws: as ``make(_:using:)``.
  public static func classifierTensors(of configuration: ModelConfiguration) throws -> Set<String> {
    var architecture = configuration
    architecture.classes = 1
    if let known = classifiers.withLock({ $0[architecture] }) { return known }
    func shapes(classes: Int) throws -> [String: Shape] {
      var (configuration, generator) = (configuration, Generator(seed: 0))
      configuration.classes = classes
      let tensors = try make(configuration, using: &generator).network.namedTensors()
      return Dictionary(tensors.map { ($0.name, $0.tensor.shape) }, uniquingKeysWith: { first, _ in first })
    }
    let (few, many) = (try shapes(classes: 2), try shapes(classes: 3))
    let names = Set(few.keys.filter { few[$0] != many[$0] })
    classifiers.withLock { $0[architecture] = names }
    return names
  }

  private static let classifiers = Mutex<[ModelConfiguration: Set<String>]>([:])
}
