import Tensor

extension Image {
  /// The image mirrored left to right.
  func flippedHorizontally() -> Image {
    Image(height: height, width: width, channels: channels) { output in
      pixels.withUnsafeBufferPointer { source in
        for row in 0..<height {
          for column in 0..<width {
            let from = (row * width + width - 1 - column) * channels
            let to = (row * width + column) * channels
            for channel in 0..<channels { output[to + channel] = source[from + channel] }
          }
        }
      }
    }
  }
}

/// Mirrors a picture left to right with some probability.
public struct RandomHorizontalFlip: Transform {
  private let probability: Double

  /// Creates a transform.
  ///
  /// - Throws: ``DataSetError`` unless the probability is in 0...1.
  public init(probability: Double = 0.5) throws {
    self.probability = try checkedProbability(probability, "RandomHorizontalFlip")
  }

  public func apply(to image: Image, using generator: inout Generator) -> Image {
    generator.chance(probability) ? image.flippedHorizontally() : image
  }

  public func apply(to example: Example, using generator: inout Generator) -> Example {
    guard generator.chance(probability) else { return example }
    return example.changed(example.image.flippedHorizontally()) { LabelMap(plane: $0.plane.flippedHorizontally()) }
  }
}
