import Tensor

/// Changes the size of pictures; pixels equal those of `resize` in Pillow 12 and before, which torchvision
/// uses for Pillow images.
public struct Resize: Transform {
  private enum Target: Sendable {
    case shorterSide(Int)
    case exactly(height: Int, width: Int)
  }

  private let target: Target
  private let interpolation: Interpolation

  /// Creates a transform that makes the shorter side `shorterSide` and keeps the proportions (the longer side
  /// is rounded down).
  ///
  /// - Throws: ``DataSetError`` if the size is not in 1...65,536.
  public init(shorterSide: Int, _ interpolation: Interpolation = .bilinear) throws {
    try checkSize(height: shorterSide, width: shorterSide, "Resize")
    target = .shorterSide(shorterSide)
    self.interpolation = interpolation
  }

  /// Creates a transform to an exact size, whatever the proportions.
  ///
  /// - Throws: ``DataSetError`` if a size is not in 1...65,536.
  public init(height: Int, width: Int, _ interpolation: Interpolation = .bilinear) throws {
    try checkSize(height: height, width: width, "Resize")
    target = .exactly(height: height, width: width)
    self.interpolation = interpolation
  }

  public func apply(to image: Image, using generator: inout Generator) throws -> Image {
    switch target {
    case .exactly(let height, let width): return image.resized(height: height, width: width, interpolation)
    case .shorterSide(let size):
      let long = Int(
        Double(size) * Double(max(image.height, image.width)) / Double(min(image.height, image.width)))
      let (height, width) = image.height <= image.width ? (size, long) : (long, size)
      guard long <= 65_536 else {
        throw DataSetError(
          "Resize to a shorter side of \(size) would make \(image.height)×\(image.width) into \(height)×\(width); "
            + "crop the picture first")
      }
      return image.resized(height: height, width: width, interpolation)
    }
  }
}
