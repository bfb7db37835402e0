import DataSets
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// A held-out picture with the class that a model gave it.
struct Classified {
  let predicted: String
  let truth: String
  private let image: DataSets.Image

  var isRight: Bool { predicted == truth }

  /// Classifies some pictures of the validation split.
  static func pictures(
    _ model: Model, splits: DataSplits, indices: some Sequence<Int>, classNames: [String], precision: Precision
  ) throws -> [Classified] {
    let indices = Array(indices)
    var configuration = TrainingConfiguration(model: model.configuration, data: splits.name)
    configuration.batchSize = indices.count
    let chosen = try DataSplits(
      name: splits.name, train: nil, validation: Subset(splits.validation, indices: indices),
      normalization: splits.normalization, imageSize: splits.imageSize, kind: splits.kind)
    model.network.setTraining(false)
    guard let batch = try TrainingData.validation(chosen, configuration).batches(epoch: 0).next() else { return [] }
    let logits = model.network.evaluated(on: batch.images, in: precision)
    let predictions = logits.maximum(axis: -1).indices.array(of: Int64.self)
    return try zip(indices, predictions).map { index, prediction in
      let example = try splits.validation.example(at: index)
      return Classified(
        predicted: classNames[Int(prediction)], truth: classNames[example.label], image: example.image)
    }
  }

  /// The picture for a report.
  var gridItem: PictureGrid.Item {
    get throws {
      let picture = try PNGPicture(
        width: image.width, height: image.height, channels: image.channels, pixels: image.pixels)
      return .init(picture: picture, predicted: predicted, truth: truth, isRight: isRight)
    }
  }
}
