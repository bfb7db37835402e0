/// How the pictures that a model was trained on were prepared, in timm's terms.
public struct Preparation: Sendable, Hashable {
  /// How pixels between pixels are made when a picture is resized.
  public enum Interpolation: String, Sendable, Hashable, Codable {
    case bilinear
    case bicubic
  }

  /// The mean of each channel, of pixels in 0...1, that is subtracted.
  public var mean: [Float]
  /// The deviation of each channel that it is divided by.
  public var deviation: [Float]
  /// The part of the resized picture's shorter side that the centre crop keeps; 1 keeps all.
  public var crop: Float
  /// How a picture is resized.
  public var interpolation: Interpolation

  /// A preparation; by default pictures are resized by bilinear interpolation and cropped to 7/8.
  public init(mean: [Float], deviation: [Float], crop: Float = 0.875, interpolation: Interpolation = .bilinear) {
    (self.mean, self.deviation, self.crop, self.interpolation) = (mean, deviation, crop, interpolation)
  }

  /// The usual one of ImageNet models.
  public static let imageNet = Preparation.imageNet(crop: 0.875, .bilinear)

  /// ImageNet's mean and deviation with another crop and interpolation.
  public static func imageNet(crop: Float, _ interpolation: Interpolation) -> Preparation {
    Preparation(
      mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225], crop: crop, interpolation: interpolation)
  }

  /// Pixels in −1...1, as TensorFlow's models and the small vision transformers want them.
  public static func symmetric(
    channels: Int = 3, crop: Float = 0.875, _ interpolation: Interpolation = .bilinear
  ) -> Preparation {
    Preparation(
      mean: Array(repeating: 0.5, count: channels), deviation: Array(repeating: 0.5, count: channels), crop: crop,
      interpolation: interpolation)
  }
}
