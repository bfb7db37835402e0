import DataSets
import Formats
import Models
import Tensor

/// From a picture file to what a model reads: resized, cropped, normalised as its configuration says.
struct PicturePreparation {
  private let configuration: ModelConfiguration
  private let transforms: TransformPipeline
  private let normalization: Normalization

  /// - Throws: `DataSetError` for a configuration that no picture fits.
  init(_ configuration: ModelConfiguration) throws {
    self.configuration = configuration
    let (size, preparation) = (configuration.inputSize, configuration.preparation)
    let interpolation = Interpolation(preparation.interpolation)
    transforms = TransformPipeline([
      try ConvertChannels(to: configuration.inputChannels),
      try Resize(shorterSide: max(size, Int(Float(size) / preparation.crop)), interpolation), try CenterCrop(size),
    ])
    normalization = try Normalization(mean: preparation.mean, deviation: preparation.deviation)
  }

  /// One picture as a batch [1, H, W, C].
  /// - Throws: `FormatError` if the file is no picture.
  func images(of path: String) throws -> Tensor {
    var generator = Generator(seed: 0)
    let image = try transforms.apply(to: Image(Picture.read(path)), using: &generator)
    let pixels = Tensor(image.pixels, shape: [1, image.height, image.width, image.channels]).cast(to: .float32)
    let mean = Tensor(normalization.mean.map { $0 * 255 })
    let deviation = Tensor(normalization.deviation.map { $0 * 255 })
    return (pixels - mean) / deviation
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
