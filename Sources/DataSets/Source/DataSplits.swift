/// A data set as training needs it: pictures to learn from, pictures to validate with, and what suits them.
public struct DataSplits: Sendable {
  /// What kind of pictures these are, which decides how they are changed for training.
  public enum Kind: Sendable, Hashable {
    /// Small pictures of one size; `flips` where the mirror image means the same.
    case small(flips: Bool)
    /// Photographs of any size.
    case photographs
    /// Photographs that were cropped to one square size when the set was made; they are not cropped again to evaluate.
    case croppedPhotographs
    /// Pictures of any size with the class of every pixel; see ``LabelMap``.
    case scenes
  }

  /// A short name for messages and reports.
  public let name: String
  /// The pictures to learn from; nil where there are none. See ``requireTrain()``.
  public let train: (any DataSet)?
  /// The pictures that training does not see.
  public let validation: any DataSet
  /// Mean and deviation of the channels.
  public let normalization: Normalization
  /// The size of the pictures that a model gets: their own for small ones, 224×224 for photographs, a
  /// square that the first one fits in for scenes, of at most 256×256.
  public let imageSize: ImageSize
  /// What kind of pictures these are.
  public let kind: Kind

  /// Creates splits.
  ///
  /// - Throws: ``DataSetError`` if a part is empty or the classes differ.
  public init(
    name: String, train: (any DataSet)?, validation: any DataSet, normalization: Normalization,
    imageSize: ImageSize,
    kind: Kind
  ) throws {
    for part in [train, validation].compactMap({ $0 }) where part.count == 0 {
      throw DataSetError("\(part.name): no pictures")
    }
    guard train == nil || train?.classNames == validation.classNames else {
      throw DataSetError("\(name): training and validation pictures have different classes")
    }
    self.name = name
    self.train = train
    self.validation = validation
    self.normalization = normalization
    self.imageSize = imageSize
    self.kind = kind
  }

  /// Whether every pixel has a class, and not the whole picture.
  public var hasLabelMaps: Bool { kind == .scenes }

  /// The name of each class.
  public var classNames: [String] { validation.classNames }

  /// The pictures to learn from.
  ///
  /// - Throws: ``DataSetError`` if there are none.
  public func requireTrain() throws -> any DataSet {
    guard let train else {
      throw DataSetError("\(name) has no training pictures; it can be used to evaluate only")
    }
    return train
  }
}
