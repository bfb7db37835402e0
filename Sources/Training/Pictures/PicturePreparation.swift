import DataSets
import Formats
import Models
import Tensor

/// From pictures to what a model reads: resized, cropped and normalised as its configuration says.
public struct PicturePreparation {
  /// The changes of a picture before it is normalised.
  public let transforms: TransformPipeline
  /// The mean and deviation of the channels.
  public let normalization: Normalization

  /// The preparation of photographs of any size.
  /// - Parameters:
  ///   - configuration: the model's.
  ///   - crop: the part of the shorter side that is kept; nil takes the configuration's.
  /// - Throws: `DataSetError` for a configuration that no picture fits.
  public init(_ configuration: ModelConfiguration, crop: Float? = nil) throws {
    let preparation = configuration.preparation
    let centre = try TransformPipeline.centre(
      size: configuration.inputSize, crop: crop ?? preparation.crop, Interpolation(preparation.interpolation))
    transforms = TransformPipeline([try ConvertChannels(to: configuration.inputChannels)] + centre.transforms)
    normalization = try Normalization(preparation)
  }

  /// The preparation of the pictures of a data set, which are cropped only where they need it.
  /// - Parameters:
  ///   - configuration: the model's.
  ///   - splits: the data set.
  ///   - crop: the part of the shorter side that is kept, whatever the set; nil for what suits the set.
  /// - Throws: `DataSetError` for a configuration that no picture fits.
  public init(_ configuration: ModelConfiguration, for splits: DataSplits, crop: Float? = nil) throws {
    let preparation = configuration.preparation
    transforms =
      try crop == nil
      ? TransformPipeline.evaluation(
        for: splits, size: configuration.inputSize, crop: preparation.crop, Interpolation(preparation.interpolation)
      ).converting(splits, for: configuration)
      : PicturePreparation(configuration, crop: crop).transforms
    normalization = try Normalization(preparation)
  }

  /// The preparation of pictures of any size whose pixels are to be told apart: they are fitted into the model's square.
  /// - Throws: `DataSetError` for a configuration that no picture fits.
  public init(fitting configuration: ModelConfiguration) throws {
    transforms = TransformPipeline([
      try ConvertChannels(to: configuration.inputChannels),
      try FitSquare(configuration.inputSize, Interpolation(configuration.preparation.interpolation)),
    ])
    normalization = try Normalization(configuration.preparation)
  }

  /// A loader of prepared pictures, in order and otherwise unchanged.
  /// - Throws: what reading the data throws.
  public func loader(of pictures: any DataSet, batchSize: Int) throws -> DataLoader {
    try DataLoader(pictures, transforms: transforms, batchSize: batchSize, normalization: normalization)
  }
}

extension TransformPipeline {
  /// The same behind a conversion to the channels that a model reads, where the pictures of a data set have others.
  func converting(_ splits: DataSplits, for configuration: ModelConfiguration) throws -> TransformPipeline {
    if splits.imageSize.channels == configuration.inputChannels { return self }
    return TransformPipeline([try ConvertChannels(to: configuration.inputChannels)] + transforms)
  }
}

extension Normalization {
  /// The mean and deviation that a model's pictures are normalised with.
  init(_ preparation: Preparation) throws {
    try self.init(mean: preparation.mean, deviation: preparation.deviation)
  }
}

extension Interpolation {
  fileprivate init(_ interpolation: Preparation.Interpolation) {
    switch interpolation {
    case .bilinear: self = .bilinear
    case .bicubic: self = .bicubic
    }
  }
}

extension Preparation {
  /// Cuts nothing off where pictures are small ones of one size: a model that learns from these sees all of them.
  public mutating func fit(_ splits: DataSplits) {
    if case .small = splits.kind { crop = 1 }
  }
}
