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

  @Option(help: "A registered model; see martlet models.")
  var model: String?

  @Option(help: "A safetensors file with the weights of --model under their published names.")
  var weights: String?

  func validate() throws {
    if checkpoint == nil && (model == nil || weights == nil) {
      throw ValidationError("name a --checkpoint, or a --model and its --weights")
    }
    if checkpoint != nil && (model != nil || weights != nil) {
      throw ValidationError("--checkpoint names model and weights; leave out --model and --weights")
    }
  }

  /// The model, and the names of its classes where the file knows them.
  func load() throws -> (model: Model, classNames: [String]) {
    if let checkpoint { return try ModelCheckpoint.load(checkpoint) }
    return (try .registered(model ?? "", weights: weights), [])
  }
}

extension Model {
  /// A registered architecture with weights of a file, or with new ones.
  /// - Parameter inputSize: the height and width of the pictures; the architecture's own if nil.
  static func registered(_ name: String, weights: String?, inputSize: Int? = nil) throws -> Model {
    var generator = Generator(seed: 0)
    let file = try weights.map { try SafetensorsFile($0) }
    var configuration = try ModelRegistry.entry(named: name).defaults
    configuration.inputSize = inputSize ?? configuration.inputSize
    let model = try ModelRegistry.make(configuration, using: &generator)
    if let file, let weights { try model.network.load(file, from: weights) }
    return model
  }
}
