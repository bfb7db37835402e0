import Foundation
import Tensor

/// Sets a random rectangle of a normalised picture to zero, the mean colour, as torchvision's
/// `RandomErasing`.
public struct RandomErasing: Sendable {
  private let probability: Double
  private let scale: ClosedRange<Double>
  private let ratio: ClosedRange<Double>

  /// Creates a transform.
  ///
  /// - Parameters:
  ///   - scale: The part of the picture's area that is erased.
  ///   - ratio: Height over width of the rectangle, drawn evenly in logarithm.
  /// - Throws: ``DataSetError`` if the probability is not in 0...1 or a range is not positive.
  public init(
    probability: Double = 0.5, scale: ClosedRange<Double> = 0.02...0.33,
    ratio: ClosedRange<Double> = 0.3...3.3
  ) throws {
    self.probability = try checkedProbability(probability, "RandomErasing")
    self.scale = try checkedPositive(scale, "RandomErasing's scale")
    self.ratio = try checkedPositive(ratio, "RandomErasing's ratio")
  }

  /// Erases in the picture of the given size at the start of `pixels`, channels last.
  func apply(to pixels: UnsafeMutableBufferPointer<Float>, size: ImageSize, using generator: inout Generator) {
    guard generator.chance(probability) else { return }
    let area = Double(size.height * size.width)
    let logarithms = log(ratio.lowerBound)...log(ratio.upperBound)
    for _ in 0..<10 {
      let target = area * generator.uniform(in: scale)
      let proportions = exp(generator.uniform(in: logarithms))
      let height = (target * proportions).squareRoot().rounded(.toNearestOrEven)
      let width = (target / proportions).squareRoot().rounded(.toNearestOrEven)
      guard height < Double(size.height), width < Double(size.width) else { continue }
      let top = generator.index(below: size.height - Int(height) + 1)
      let left = generator.index(below: size.width - Int(width) + 1)
      for row in top..<top + Int(height) {
        let start = (row * size.width + left) * size.channels
        pixels[start..<start + Int(width) * size.channels].update(repeating: 0)
      }
      return
    }
  }
}
