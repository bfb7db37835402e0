import ArgumentParser
import DataSets
import Formats
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// `martlet predict`: classes of pictures or of their pixels, or logits of tensors.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Classify pictures, or run a model on tensors.",
    discussion: """
      With pictures it prints the most likely classes of each; ImageNet's classes have their names. A model that tells the class of \
      every pixel writes a label map of each picture to the folder --output: a gray PNG file whose bytes are the numbers of the \
      classes. With --input it reads one tensor, already normalised, and writes the logits to --output; both may be .npy or \
      .safetensors.
      """)

  @Argument(help: "Pictures, JPEG or PNG.")
  var pictures: [String] = []

  @OptionGroup var model: ModelOptions

  @Option(help: "A tensor of images instead of pictures: .npy, or .safetensors with one tensor.")
  var input: String?

  @Option(help: "Where the logits of --input go: .npy or .safetensors; for label maps a folder.")
  var output: String?

  @Option(help: "The order of the axes of --input: nchw or nhwc.")
  var layout = ImageLayout.nchw

  @Option(help: .integer("How many classes to print for each picture."))
  var top = 5

  @Option(help: .integer("Pictures in a pass, or images of --input."))
  var batchSize = 16

  @OptionGroup var preparation: PreparationOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var reporting: OutputOptions

  func validate() throws {
    if pictures.isEmpty == (input == nil) {
      throw ValidationError("name pictures, or a tensor with --input; one of the two")
    }
    if input != nil && output == nil { throw ValidationError("--input needs --output, where the logits go") }
  }

  func run() throws {
    try OptionCheck.require(atLeast: 1, ["--top": top, "--batch-size": batchSize])
    try preparation.check()
    try compute.configure()
    let (model, classNames) = try model.load()
    model.network.setTraining(false)
    if let input, let output {
      let images = try TensorFile.read(input, layout: layout, channels: model.configuration.inputChannels)
      try model.checkPictures(height: images.shape[1], width: images.shape[2])
      let logits = logitsInPasses(of: images, model)
      try TensorFile.write(logits, name: "logits", to: output)
      Report.print(
        ["output": .string(output), "shape": JSONValue(logits.shape.array) { .integer($0) }], reporting)
    } else if model.task == .segmentation {
      guard let output else {
        throw CommandError(
          "\(model.configuration.name) tells the class of every pixel; name a folder for the label maps with --output")
      }
      let labelled = try LabelledPicture.write(
        pictures, to: output, model: model, classNames: classNames, precision: compute.dtype, batchSize: batchSize)
      LabelledPicture.print(labelled, top: top, reporting)
    } else {
      if output != nil {
        throw CommandError("--output is for --input, and for models that tell the class of every pixel")
      }
      let isImageNet = classNames.isEmpty && model.configuration.classes == ImageNetClasses.count
      try classify(model, isImageNet ? ImageNetClasses.names() : classNames)
    }
  }

  /// The logits of any number of images.
  private func logitsInPasses(of images: Tensor, _ model: Model) -> Tensor {
    let count = images.shape[0]
    let passes = stride(from: 0, to: count, by: min(batchSize, count)).map { start in
      model.network.evaluated(
        on: images.sliced(axis: 0, start..<start + min(batchSize, count - start)), in: compute.dtype)
    }
    return .concatenated(passes, axis: 0)
  }

  private func classify(_ model: Model, _ classNames: [String]) throws {
    let loader = try PicturePreparation(model.configuration, crop: preparation.crop)
      .loader(of: PictureFiles(pictures), batchSize: batchSize)
    let batches = try loader.batches(epoch: 0)
    var results: [(path: String, classes: [(name: String, index: Int, probability: Float)])] = []
    while let batch = try batches.next() {
      let probabilities = model.network.evaluated(on: batch.images, in: compute.dtype).softmax().floatArray()
      let classes = probabilities.count / batch.count
      for row in 0..<batch.count {
        let scores = Array(probabilities[row * classes..<(row + 1) * classes])
        let ranked = scores.indices.sorted { scores[$0] > scores[$1] }.prefix(top)
        results.append(
          (
            pictures[results.count],
            ranked.map { (classNames[safe: $0] ?? "class \($0)", $0, scores[$0]) }
          ))
      }
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
