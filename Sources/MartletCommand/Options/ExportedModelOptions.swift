import ArgumentParser
import Models
import Training

/// Which model to write for other run times. Unlike for prediction, new weights will do: they tell how fast it runs
/// there.
struct ExportedModelOptions: ParsableArguments {
  @Option(help: "A model that Martlet saved (model.safetensors of a run).")
  var checkpoint: String?

  @Option(help: "The weights that a --checkpoint with differences was trained from: a file or a fetched name.")
  var base: String?

  @Option(help: "A registered model; see martlet models.")
  var model: String?

  @Option(
    help: ArgumentHelp(
      "The weights of --model under their published names: a file, safetensors or PyTorch's, or a fetched name.",
      discussion: "Without it the weights are new."))
  var weights: String?

  @Option(help: "The key under which the weights lie in a file of PyTorch's; by default the usual ones.")
  var wrapper: String?

  @Option(help: .integer("Height and width of the pictures; by default the model's own."))
  var input: Int?

  func validate() throws {
    if (checkpoint == nil) == (model == nil) {
      throw ValidationError("name a --checkpoint or a --model; one of the two")
    }
    if checkpoint != nil && (weights != nil || (wrapper != nil && base == nil)) {
      throw ValidationError("--checkpoint has weights; leave out --weights and --wrapper")
    }
    if base != nil && checkpoint == nil { throw ValidationError("--base belongs to --checkpoint") }
    if wrapper != nil && weights == nil && base == nil { throw ValidationError("--wrapper belongs to --weights") }
  }

  /// The model, and the names of its classes where the file knows them.
  func load() throws -> (model: Model, classNames: [String]) {
    try OptionCheck.require(atLeast: 1, ["--input": input])
    if let checkpoint { return try Model.saved(checkpoint, base: base, wrapper: wrapper, inputSize: input) }
    return (try .registered(model ?? "", weights: weights, wrapper: wrapper, inputSize: input), [])
  }
}
