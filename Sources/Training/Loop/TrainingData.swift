import DataSets

/// The loaders of a training.
public enum TrainingData {
  /// Shuffled and changed at random, without a last batch that is not full.
  /// - Throws: what reading the data throws.
  public static func training(_ splits: DataSplits, _ configuration: TrainingConfiguration) throws -> DataLoader {
    let set = try splits.requireTrain()
    let size = configuration.model.inputSize
    let mixers: [any BatchTransform] =
      try (configuration.mixUp > 0 ? [MixUp(alpha: configuration.mixUp)] : [])
      + (configuration.cutMix > 0 ? [CutMix(alpha: configuration.cutMix)] : [])
    return try DataLoader(
      set,
      transforms: try configuration.augments
        ? .training(for: splits, size: size)
        : PicturePreparation(configuration.model, for: splits).transforms,
      batchTransforms: mixers.count > 1 ? [OneOf(mixers)] : mixers, batchSize: configuration.batchSize, shuffles: true,
      dropsLast: set.count >= configuration.batchSize, seed: configuration.seed,
      normalization: Normalization(configuration.model.preparation))
  }

  /// In order and unchanged.
  /// - Throws: what reading the data throws.
  public static func validation(_ splits: DataSplits, _ configuration: TrainingConfiguration) throws -> DataLoader {
    try PicturePreparation(configuration.model, for: splits)
      .loader(of: splits.validation, batchSize: configuration.batchSize)
  }
}
