/// What distinguishes one instance of an architecture from another, and how its pictures are prepared.
public struct ModelConfiguration: Sendable, Hashable, Codable {
  /// The registered name, such as "resnet18".
  public var name: String
  /// The number of classes that the last layer tells apart.
  public var classes: Int
  /// The number of channels of a picture.
  public var inputChannels: Int
  /// The height and width of the pictures it is meant for.
  public var inputSize: Int
  /// The mean of each channel, of pixels in 0...1, that is subtracted.
  public var mean: [Float]
  /// The deviation of each channel that it is divided by.
  public var deviation: [Float]

  /// A configuration.
  public init(
    name: String, classes: Int, inputChannels: Int = 3, inputSize: Int, mean: [Float], deviation: [Float]
  ) {
    (self.name, self.classes, self.inputChannels, self.inputSize) = (name, classes, inputChannels, inputSize)
    (self.mean, self.deviation) = (mean, deviation)
  }

  private enum CodingKeys: String, CodingKey {
    case name = "architecture"
    case classes = "num_classes"
    case inputChannels = "in_chans"
    case inputSize = "input_size"
    case mean
    case deviation = "std"
  }
}
