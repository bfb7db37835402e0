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
    var generator = Generator(seed: 0)
    let path = weights ?? ""
    let file = try SafetensorsFile(path)
    let entry = try ModelRegistry.entry(named: model ?? "")
    let loaded = try ModelRegistry.make(entry.defaults, using: &generator)
    try loaded.load(file, from: path)
    return (loaded, [])
  }
}
