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
      ? .evaluation(
        for: splits, size: configuration.inputSize, crop: preparation.crop, Interpolation(preparation.interpolation))
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
