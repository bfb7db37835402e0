import ArgumentParser
import Formats
import Models
import NeuralNet
import Tensor
import Training

/// Which model: a checkpoint of Martlet's, or an architecture with weights of others.
struct ModelOptions: ParsableArguments {
  @Option(help: "A model that Martlet saved (model.safetensors of a run).")
  var checkpoint: String?

  @Option(help: "The weights that a --checkpoint with differences was trained from: a file or a fetched name.")
  var base: String?

  @Option(help: "A registered model; see martlet models.")
  var model: String?

  @Option(
    help: "The weights of --model under their published names: a file, safetensors or PyTorch's, or a fetched name.")
  var weights: String?

  @Option(help: "The key under which the weights lie in a file of PyTorch's; by default the usual ones.")
  var wrapper: String?

  func validate() throws {
    if checkpoint == nil && (model == nil || weights == nil) {
      throw ValidationError("name a --checkpoint, or a --model and its --weights")
    }
    if checkpoint != nil && (model != nil || weights != nil || (wrapper != nil && base == nil)) {
      throw ValidationError("--checkpoint names model and weights; leave out --model, --weights and --wrapper")
    }
    if base != nil && checkpoint == nil { throw ValidationError("--base belongs to --checkpoint") }
  }

  /// The model, and the names of its classes where the file knows them.
  func load() throws -> (model: Model, classNames: [String]) {
    if let checkpoint { return try Model.saved(checkpoint, base: base, wrapper: wrapper) }
    return (try .registered(model ?? "", weights: weights, wrapper: wrapper), [])
  }
}

extension Model {
  /// A model that Martlet saved, whole or as differences from a base, with the names of its classes where they are known.
  /// - Parameters:
  ///   - base: the file or the fetched name of the weights that differences are from; nil for whole models.
  ///   - wrapper: the key of the base under which its weights stand, where it has several.
  ///   - inputSize: the height and width of the pictures; those that it was saved with if nil.
  static func saved(
    _ path: String, base: String?, wrapper: String? = nil, inputSize: Int? = nil
  ) throws -> (model: Model, classNames: [String]) {
    guard let base else { return try ModelCheckpoint.load(path, inputSize: inputSize) }
    let reference = try WeightsReference(base, wrapper: wrapper)
    return try DeltaCheckpoint.load(
      path, base: .init(reference.path, wrapper: reference.wrapper, name: reference.text), inputSize: inputSize)
  }

  /// A registered architecture with weights of a file, or with new ones.
  /// - Parameters:
  ///   - wrapper: the key of the file under which they stand, where it has several.
  ///   - inputSize: the height and width of the pictures; the architecture's own if nil.
  static func registered(
    _ name: String, weights: String?, wrapper: String? = nil, inputSize: Int? = nil
  ) throws -> Model {
    var generator = Generator(seed: 0)
    let reference = try weights.map { try WeightsReference($0, wrapper: wrapper) }
    let file = try reference.map { try WeightFile($0.path, wrapper: $0.wrapper) }
    var configuration = try ModelRegistry.entry(named: name).defaults
    configuration.inputSize = inputSize ?? configuration.inputSize
    let model = try ModelRegistry.make(configuration, using: &generator)
    if let file, let reference { try model.load(file, from: reference.path) }
    return model
  }
}
