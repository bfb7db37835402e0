import ArgumentParser
import DataSets
import Formats
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// `martlet predict`: classes of pictures, or logits of tensors.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Classify pictures, or run a model on tensors.",
    discussion: """
      With pictures it prints the most likely classes of each. With --input it reads one tensor, already normalised, and \
      writes the logits to --output; both may be .npy or .safetensors.
      """)

  @Argument(help: "Pictures, JPEG or PNG.")
  var pictures: [String] = []

  @OptionGroup var model: ModelOptions

  @Option(help: "A tensor of images instead of pictures: .npy, or .safetensors with one tensor.")
  var input: String?

  @Option(help: "Where the logits of --input go: .npy or .safetensors.")
  var output: String?

  @Option(help: "The order of the axes of --input: nchw or nhwc.")
  var layout = ImageLayout.nchw

  @Option(help: "How many classes to print for each picture.")
  var top = 5

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var reporting: OutputOptions

  func validate() throws {
    if pictures.isEmpty == (input == nil) {
      throw ValidationError("name pictures, or a tensor with --input; one of the two")
    }
    if (input == nil) != (output == nil) { throw ValidationError("--input and --output belong together") }
  }

  func run() throws {
    try OptionCheck.require(atLeast: 1, ["--top": top])
    try compute.configure()
    let (model, classNames) = try model.load()
    model.network.setTraining(false)
    if let input, let output {
      let images = try TensorFile.read(input, layout: layout, channels: model.configuration.inputChannels)
      try TensorFile.write(logits(of: images, model), name: "logits", to: output)
    } else {
      try classify(model, classNames)
    }
  }

  private func logits(of images: Tensor, _ model: Model) -> Tensor {
    withoutGradients { model.network(images.cast(to: compute.dtype.dtype)).cast(to: .float32) }
  }

  private func classify(_ model: Model, _ classNames: [String]) throws {
    let preparation = try PicturePreparation(model.configuration)
    let results = try pictures.map { path in
      let images = try preparation.images(of: path)
      let probabilities = logits(of: images, model).softmax().floatArray()
      let ranked = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }.prefix(top)
      return (
        path: path,
        classes: ranked.map { (name: classNames[safe: $0] ?? "class \($0)", index: $0, probability: probabilities[$0]) }
      )
    }
    if reporting.json {
      let list = JSONValue(results) { result in
        [
          "picture": .string(result.path),
          "classes": JSONValue(result.classes) {
            ["name": .string($0.name), "index": .integer($0.index), "probability": JSONValue($0.probability)]
          },
        ]
      }
      print(list.serialized(pretty: true))
      return
    }
    for result in results {
      print(result.path)
      for entry in result.classes { print("  \(HumanUnits.percent(Double(entry.probability)))  \(entry.name)") }
    }
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
