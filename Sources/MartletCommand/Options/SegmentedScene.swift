import DataSets
import Models
import Reporting
import Tensor
import Training

/// A held-out scene as a model gets it, with its true classes and those that the model gave its pixels.
struct SegmentedScene {
  private let image: DataSets.Image
  private let truth: LabelMap
  private let predicted: [UInt8]

  /// Runs a model on some scenes of the validation split, spread evenly over it.
  static func pictures(
    _ model: Model, splits: DataSplits, precision: Precision, count: Int
  ) throws -> [SegmentedScene] {
    model.network.setTraining(false)
    let preparation = try PicturePreparation(model.configuration, for: splits)
    let step = max(1, splits.validation.count / count)
    return try stride(from: 0, to: splits.validation.count, by: step).prefix(count).compactMap { index in
      var generator = Generator(seed: 0)
      let example = try preparation.transforms.apply(to: splits.validation.example(at: index), using: &generator)
      let chosen = Subset(splits.validation, indices: [index])
      guard let truth = example.map,
        let batch = try preparation.loader(of: chosen, batchSize: 1).batches(epoch: 0).next()
      else { return nil }
      let predictions = model.network.evaluated(on: batch.images, in: precision).maximum(axis: -1).indices
      return SegmentedScene(
        image: example.image, truth: truth, predicted: predictions.array(of: Int64.self).map { UInt8(clamping: $0) })
    }
  }

  /// The share of right pixels among those that have a class.
  private var accuracy: Double {
    let counted = zip(truth.classes, predicted).filter { $0.0 != LabelMap.ignored }
    return counted.isEmpty ? 0 : Double(counted.count { $0.0 == $0.1 }) / Double(counted.count)
  }

  /// The picture, the true and the predicted classes for a report; what has no class is black in both.
  var gridItems: [PictureGrid.Item] {
    get throws {
      let shown = zip(truth.classes, predicted).map { $0 == LabelMap.ignored ? LabelMap.ignored : $1 }
      func item(_ text: String, _ pixels: [UInt8], channels: Int = 3) throws -> PictureGrid.Item {
        .init(
          picture: try PNGPicture(width: image.width, height: image.height, channels: channels, pixels: pixels),
          predicted: text)
      }
      return [
        try item("picture", image.pixels, channels: image.channels),
        try item("true classes", LabelColors.pixels(truth.classes)),
        try item("predicted, \(HumanUnits.percent(accuracy)) right", LabelColors.pixels(shown)),
      ]
    }
  }
}
