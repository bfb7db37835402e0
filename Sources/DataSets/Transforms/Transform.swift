import Tensor

/// A change of a picture before it enters a batch.
///
/// All randomness comes from the generator, so the same generator gives the same picture.
public protocol Transform: Sendable {
  /// The changed picture.
  ///
  /// - Throws: ``DataSetError`` if the picture is of a size that the transform cannot take.
  func apply(to image: Image, using generator: inout Generator) throws -> Image

  /// Whether pixels change places, so that a label map would have to move with them; true unless said otherwise.
  var movesPixels: Bool { get }

  /// The example with the changed picture. A transform that moves pixels and can take label maps moves them alike.
  ///
  /// - Throws: ``DataSetError`` if the picture is of a size that the transform cannot take, or has a label map that
  ///   the transform cannot move.
  func apply(to example: Example, using generator: inout Generator) throws -> Example
}

extension Transform {
  public var movesPixels: Bool { true }

  public func apply(to example: Example, using generator: inout Generator) throws -> Example {
    guard example.map == nil || !movesPixels else {
      throw DataSetError(
        "\(type(of: self)) moves the pixels of a picture away from their labels; use FitSquare, RandomScaleCrop or "
          + "RandomHorizontalFlip, which move label maps, too")
    }
    return example.changed(try apply(to: example.image, using: &generator)) { $0 }
  }
}

/// Transforms in a row, and what is erased once the picture is normalised.
public struct TransformPipeline: Sendable {
  /// The transforms, first to last.
  public var transforms: [any Transform]
  /// What is erased from the normalised picture.
  public var erasing: RandomErasing?

  /// Creates a pipeline; without transforms pictures stay as they are.
  public init(_ transforms: [any Transform] = [], erasing: RandomErasing? = nil) {
    self.transforms = transforms
    self.erasing = erasing
  }

  /// Applies the transforms in order.
  ///
  /// - Throws: ``DataSetError`` as the transforms do.
  public func apply(to image: Image, using generator: inout Generator) throws -> Image {
    try transforms.reduce(image) { try $1.apply(to: $0, using: &generator) }
  }

  /// Applies the transforms in order to picture and label map.
  ///
  /// - Throws: ``DataSetError`` as the transforms do.
  public func apply(to example: Example, using generator: inout Generator) throws -> Example {
    try transforms.reduce(example) { try $1.apply(to: $0, using: &generator) }
  }
}

/// A probability as options give it.
///
/// - Throws: ``DataSetError`` unless it is in 0...1.
func checkedProbability(_ probability: Double, _ owner: String) throws -> Double {
  guard (0...1).contains(probability) else {
    throw DataSetError("\(owner) takes a probability from 0 to 1, found \(probability)")
  }
  return probability
}

/// A positive, finite range as options give it.
///
/// - Throws: ``DataSetError`` otherwise.
func checkedPositive(_ range: ClosedRange<Double>, _ owner: String) throws -> ClosedRange<Double> {
  guard range.lowerBound > 0, range.upperBound.isFinite else {
    throw DataSetError("\(owner) takes positive numbers, found \(range.lowerBound) to \(range.upperBound)")
  }
  return range
}

/// The extents of an output as options give them.
///
/// - Throws: ``DataSetError`` unless they are at least one and at most 65,536.
func checkSize(height: Int, width: Int, _ owner: String) throws {
  guard (1...65_536).contains(height), (1...65_536).contains(width) else {
    throw DataSetError("\(owner) takes sizes from 1 to 65536, found \(height)×\(width)")
  }
}
