import Foundation
import Tensor

/// Keeps a random rectangle of random area and proportions and resizes it, as torchvision's
/// `RandomResizedCrop`.
public struct RandomResizedCrop: Transform {
  private let height: Int
  private let width: Int
  private let scale: ClosedRange<Double>
  private let ratio: ClosedRange<Double>
  private let interpolation: Interpolation

  /// Creates a transform to `size` rows and columns.
  ///
  /// - Parameters:
  ///   - scale: The part of the picture's area that is kept.
  ///   - ratio: Width over height of the rectangle, drawn evenly in logarithm.
  /// - Throws: ``DataSetError`` if the size is not in 1...65,536 or a range is not positive.
  public init(
    _ size: Int, scale: ClosedRange<Double> = 0.08...1, ratio: ClosedRange<Double> = 3.0 / 4...4.0 / 3,
    _ interpolation: Interpolation = .bilinear
  ) throws {
    try checkSize(height: size, width: size, "RandomResizedCrop")
    height = size
    width = size
    self.scale = try checkedPositive(scale, "RandomResizedCrop's scale")
    self.ratio = try checkedPositive(ratio, "RandomResizedCrop's ratio")
    self.interpolation = interpolation
  }

  public func apply(to image: Image, using generator: inout Generator) -> Image {
    let box = rectangle(in: image, using: &generator)
    return image.cropped(top: box.top, left: box.left, height: box.height, width: box.width)
      .resized(height: height, width: width, interpolation)
  }

  func rectangle(
    in image: Image, using generator: inout Generator
  ) -> (top: Int, left: Int, height: Int, width: Int) {
    let area = Double(image.height * image.width)
    let logarithms = log(ratio.lowerBound)...log(ratio.upperBound)
    for _ in 0..<10 {
      let target = area * generator.uniform(in: scale)
      let proportions = exp(generator.uniform(in: logarithms))
      let width = (target * proportions).squareRoot().rounded(.toNearestOrEven)
      let height = (target / proportions).squareRoot().rounded(.toNearestOrEven)
      if width >= 1, height >= 1, width <= Double(image.width), height <= Double(image.height) {
        let top = generator.index(below: image.height - Int(height) + 1)
        let left = generator.index(below: image.width - Int(width) + 1)
        return (top, left, Int(height), Int(width))
      }
    }
    return centralRectangle(in: image)
  }

  /// The largest rectangle in the middle whose proportions are allowed.
  private func centralRectangle(in image: Image) -> (top: Int, left: Int, height: Int, width: Int) {
    let (height, width) = (Double(image.height), Double(image.width))
    var (kept, keptWidth) = (height, width)
    if width / height < ratio.lowerBound {
      kept = max(1, (width / ratio.lowerBound).rounded(.toNearestOrEven))
    } else if width / height > ratio.upperBound {
      keptWidth = max(1, (height * ratio.upperBound).rounded(.toNearestOrEven))
    }
    let (rows, columns) = (min(image.height, Int(kept)), min(image.width, Int(keptWidth)))
    return ((image.height - rows) / 2, (image.width - columns) / 2, rows, columns)
  }
}
