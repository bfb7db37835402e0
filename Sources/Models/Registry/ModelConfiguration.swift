/// What distinguishes one instance of an architecture from another, and how its pictures are prepared.
///
/// As JSON it has the keys of timm's `config.json`.
public struct ModelConfiguration: Sendable, Hashable, Codable {
  /// The registered name, such as "resnet18".
  public var name: String
  /// The number of classes that the last layer tells apart.
  public var classes: Int
  /// The number of channels of a picture.
  public var inputChannels: Int
  /// The height and width of the pictures it is meant for.
  public var inputSize: Int
  /// How its pictures are prepared.
  public var preparation: Preparation

  /// A configuration.
  public init(name: String, classes: Int, inputChannels: Int = 3, inputSize: Int, preparation: Preparation) {
    (self.name, self.classes, self.inputChannels, self.inputSize) = (name, classes, inputChannels, inputSize)
    self.preparation = preparation
  }

  /// The largest height and width of pictures.
  static let largestSize = 16_384
  /// The most classes, as many as data sets may have.
  static let mostClasses = 65_536
  private static let mostChannels = 1024

  /// Stops at numbers that no network can have: configurations come from files, too.
  /// - Throws: ``UnusableConfiguration``.
  func check() throws {
    for (key, value, most) in [
      ("num_classes", classes, Self.mostClasses), ("in_chans", inputChannels, Self.mostChannels),
      ("input_size", inputSize, Self.largestSize),
    ] where !(1...most).contains(value) {
      throw UnusableConfiguration(description: "\(name): \(key) is \(value); expected 1 to \(most)")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case name = "architecture"
    case classes = "num_classes"
    case inputChannels = "in_chans"
    case inputSize = "input_size"
    case mean
    case deviation = "std"
    case crop = "crop_pct"
    case interpolation
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    classes = try values.decode(Int.self, forKey: .classes)
    inputChannels = try values.decode(Int.self, forKey: .inputChannels)
    inputSize = try values.decode(Int.self, forKey: .inputSize)
    preparation = Preparation(
      mean: try values.decode([Float].self, forKey: .mean),
      deviation: try values.decode([Float].self, forKey: .deviation))
    if let crop = try values.decodeIfPresent(Float.self, forKey: .crop) { preparation.crop = crop }
    if let kind = try values.decodeIfPresent(Preparation.Interpolation.self, forKey: .interpolation) {
      preparation.interpolation = kind
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(classes, forKey: .classes)
    try values.encode(inputChannels, forKey: .inputChannels)
    try values.encode(inputSize, forKey: .inputSize)
    try values.encode(preparation.mean, forKey: .mean)
    try values.encode(preparation.deviation, forKey: .deviation)
    try values.encode(preparation.crop, forKey: .crop)
    try values.encode(preparation.interpolation, forKey: .interpolation)
  }
}

/// A configuration with a number that no network can have.
public struct UnusableConfiguration: Error, CustomStringConvertible {
  public let description: String
}
