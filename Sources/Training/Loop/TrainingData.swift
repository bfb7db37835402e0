import DataSets
import Models

/// The loaders of a training.
public enum TrainingData {
  /// Stops where a model tells classes of pixels and the data have those of pictures, or the other way round.
  /// - Throws: ``TrainingError``.
  public static func check(_ splits: DataSplits, for model: Model) throws {
    switch model.task {
    case .classification where splits.hasLabelMaps:
      throw TrainingError(
        "\(splits.name) has a class for every pixel, \(model.configuration.name) tells that of the whole picture; "
          + "choose a model for segmentation (martlet models)")
    case .segmentation where !splits.hasLabelMaps:
      throw TrainingError(
        "\(model.configuration.name) tells the class of every pixel, \(splits.name) has one class a picture; it needs "
          + "label maps: images/NAME.jpg with labels/NAME.png")
    default: break
    }
  }

  /// Shuffled and changed at random, without a last batch that is not full.
  /// - Parameters:
  ///   - splits: the data set.
  ///   - configuration: batch size, seed and changes at random.
  ///   - prefetch: how many batches are made ahead.
  /// - Throws: what reading the data throws.
  public static func training(
    _ splits: DataSplits, _ configuration: TrainingConfiguration, prefetch: Int = 2
  ) throws -> DataLoader {
    let set = try splits.requireTrain()
    let size = configuration.model.inputSize
    let mixers: [any BatchTransform] =
      try (configuration.mixUp > 0 ? [MixUp(alpha: configuration.mixUp)] : [])
      + (configuration.cutMix > 0 ? [CutMix(alpha: configuration.cutMix)] : [])
    return try DataLoader(
      set,
      transforms: try configuration.augments
        ? TransformPipeline.training(for: splits, size: size).converting(splits, for: configuration.model)
        : PicturePreparation(configuration.model, for: splits).transforms,
      batchTransforms: mixers.count > 1 ? [OneOf(mixers)] : mixers, batchSize: configuration.batchSize, shuffles: true,
      dropsLast: set.count >= configuration.batchSize, seed: configuration.seed, prefetch: prefetch,
      normalization: Normalization(configuration.model.preparation))
  }

  /// In order and unchanged.
  /// - Throws: what reading the data throws.
  public static func validation(_ splits: DataSplits, _ configuration: TrainingConfiguration) throws -> DataLoader {
    try PicturePreparation(configuration.model, for: splits)
      .loader(of: splits.validation, batchSize: configuration.batchSize)
  }
}
