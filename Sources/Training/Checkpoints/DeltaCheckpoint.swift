import Formats
import Models
import NeuralNet
import Tensor

/// A model as its differences from the weights that it was trained from: only the tensors that are not the same, bit by bit.
///
/// Where little of a network trains, the file is small. It is loaded together with its base, which is known by the digest of
/// its tensors; another base is refused.
public enum DeltaCheckpoint {
  static let format = "martlet-delta-1"

  /// Weights that a model was trained from.
  public struct Base: Sendable {
    /// The file, of safetensors or of PyTorch's.
    public let path: String
    /// The key under which the weights lie in a file of PyTorch's; nil for the usual ones.
    public let wrapper: String?
    /// What messages and the delta call it.
    public let name: String

    /// A base in a file.
    /// - Parameters:
    ///   - path: a file of weights.
    ///   - wrapper: the key under which they lie in a file of PyTorch's; the usual ones if nil.
    ///   - name: what it is called, such as a published name; the path if nil.
    public init(_ path: String, wrapper: String? = nil, name: String? = nil) {
      (self.path, self.wrapper, self.name) = (path, wrapper, name ?? path)
    }
  }

  /// Writes the tensors of a model that its base lacks or has with other elements; an old file stays until the new one is complete.
  /// - Throws: `FormatError` where the base cannot be read or the file cannot be written, `LoadError` where the base is of another
  ///   architecture.
  /// - Returns: the names of the tensors that were written.
  @discardableResult
  public static func save(
    _ model: Model, classNames: [String] = [], base: Base, to path: String
  ) throws -> [String] {
    let original = try LoadedBase(base, as: model.configuration)
    let known = Dictionary(original.tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    let changed = model.network.mergedTensors().filter { entry in
      known[entry.name].map { !$0.hasSameBits(as: entry.tensor) } ?? true
    }
    var metadata = try ModelCheckpoint.metadata(model, classNames: classNames, format: format)
    metadata["base"] = base.name
    metadata["base_sha256"] = TensorDigest.of(original.tensors)
    try SafetensorsWriter.write(
      changed.map { SafetensorsWriter.Entry(name: $0.name, $0.tensor) }, metadata: metadata, to: path)
    return changed.map(\.name)
  }

  /// A model from a delta and its base, with the names of its classes where they are known.
  /// - Parameters:
  ///   - path: the file of differences.
  ///   - base: the weights that it differs from.
  ///   - inputSize: the height and width of the pictures; those that it was saved with if nil.
  /// - Throws: `FormatError`, `LoadError`, and ``TrainingError`` where the file is no delta or the base is another one.
  public static func load(
    _ path: String, base: Base, inputSize: Int? = nil
  ) throws -> (model: Model, classNames: [String]) {
    let delta = try WeightFile(path)
    guard delta.metadata["martlet"] == format, let digest = delta.metadata["base_sha256"] else {
      throw TrainingError("\(path) holds a whole model or other weights and no differences; leave out --base")
    }
    let (configuration, classNames) = try ModelCheckpoint.description(of: delta, path, inputSize: inputSize)
    let original = try LoadedBase(base, as: configuration)
    let found = TensorDigest.of(original.tensors)
    guard found == digest else {
      throw TrainingError(
        "\(path) belongs to the weights \(delta.metadata["base"] ?? "of another file") (SHA-256 \(digest.prefix(12))…), and "
          + "\(base.name) holds others (\(found.prefix(12))…); name the right file with --base")
    }
    var policy = LoadPolicy()
    policy.allowsMissing = true
    let report = try original.model.network.load(delta, from: path, policy: policy)
    let loaded = Set(report.matched).union(original.tensors.map(\.name))
    let missing = original.model.network.namedTensors().map(\.name)
      .filter { !loaded.contains($0) && !$0.hasSuffix("num_batches_tracked") }
    guard missing.isEmpty else {
      throw TrainingError(
        "\(path) and \(base.name) both lack \(missing.prefix(5).joined(separator: ", ")); the delta is damaged")
    }
    return (original.model, classNames)
  }
}

/// A model with the tensors that a base has for it; the others are as they were made.
private struct LoadedBase {
  let model: Model
  /// The tensors that came from the base.
  let tensors: [(name: String, tensor: Tensor)]

  init(_ base: DeltaCheckpoint.Base, as configuration: ModelConfiguration) throws {
    var generator = Generator(seed: 0)
    model = try ModelRegistry.make(configuration, using: &generator)
    let report = try model.loadBackbone(base.path, wrapper: base.wrapper)
    let matched = Set(report.matched)
    tensors = model.network.namedTensors().filter { matched.contains($0.name) }
  }
}

extension Tensor {
  /// Whether type, shape and every bit of the elements are equal.
  fileprivate func hasSameBits(as other: Tensor) -> Bool {
    dtype == other.dtype && shape == other.shape
      && withBytes { own in other.withBytes { own.elementsEqual($0) } }
  }
}
