import DataSets
import Formats
import NeuralNet
import Reporting
import Tensor
import Training

/// The features of all pictures of a data set in a safetensors file: what a frozen part of a network makes of them.
///
/// # Shapes
/// - train.features, validation.features: [pictures, …], float32
/// - train.labels, validation.labels: [pictures], int64
struct FeatureFile {
  static let format = "martlet-features-1"

  let train: StoredExamples
  let validation: StoredExamples

  /// Opens a file; its features stay there and are read batch by batch.
  /// - Throws: `FormatError` or `DataSetError` where it is damaged, or is not the one that is expected.
  init(_ path: String, fingerprint: String, splits: DataSplits) throws {
    let file = try SafetensorsFile(path)
    guard file.metadata["martlet"] == Self.format, file.metadata["fingerprint"] == fingerprint else {
      throw FormatError(
        file: path, found: "features of other weights or pictures",
        expected: "the fingerprint \(fingerprint.prefix(16))…")
    }
    func examples(_ name: String, of set: any DataSet) throws -> StoredExamples {
      let examples = try StoredExamples(
        name: "\(path): \(name)", inputs: file.array(named: "\(name).features"),
        labels: file.array(named: "\(name).labels"), classCount: splits.classNames.count)
      guard examples.count == set.count else {
        throw FormatError(file: path, found: "\(examples.count) pictures", expected: "the \(set.count) of \(set.name)")
      }
      return examples
    }
    train = try examples("train", of: splits.requireTrain())
    validation = try examples("validation", of: splits.validation)
  }
}

extension FeatureFile {
  /// Computes the features of all pictures and writes them, batch by batch; an incomplete file is never left.
  /// - Throws: what reading the pictures and writing the file throws.
  static func write(
    _ boundary: Boundary, fingerprint: String, splits: DataSplits, configuration: TrainingConfiguration,
    to path: String,
    isQuiet: Bool
  ) throws {
    let sets = [("train", try splits.requireTrain()), ("validation", splits.validation)]
    let bar = ProgressBar(
      "computing features", total: sets.reduce(0) { $0 + $1.1.count }, mode: isQuiet ? .quiet : .automatic)
    let side = configuration.model.inputSize
    let picture = Tensor.zeros([1, side, side, configuration.model.inputChannels])
    let shape = boundary.features(of: picture, in: configuration.precision).shape.array.dropFirst()
    var entries: [SafetensorsWriter.Entry] = []
    for (name, set) in sets {
      entries.append(
        .init(name: "\(name).features", scalarType: .float32, shape: [set.count] + shape) { write in
          let loader = try PicturePreparation(configuration.model, for: splits)
            .loader(of: set, batchSize: configuration.batchSize)
          let batches = try loader.batches(epoch: 0)
          while let batch = try batches.next() {
            try boundary.features(of: batch.images, in: configuration.precision).withBytes(write)
            bar.advance(by: batch.count)
          }
        })
      entries.append(
        .init(name: "\(name).labels", scalarType: .int64, shape: [set.count]) { write in
          try set.labels.map(Int64.init).withUnsafeBytes(write)
        })
    }
    try SafetensorsWriter.write(
      entries, metadata: ["martlet": format, "fingerprint": fingerprint, "model": configuration.model.name], to: path)
    bar.finish()
  }
}
