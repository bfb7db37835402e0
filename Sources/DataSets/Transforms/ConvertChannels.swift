import Tensor

/// Gives pictures another number of channels: gray is repeated three times, colour becomes luma.
///
/// Luma is (19595·r + 38470·g + 7471·b + 32768) / 65536, as in Pillow's `convert("L")`.
public struct ConvertChannels: Transform {
  private let channels: Int

  /// Creates a transform to 1 or 3 channels.
  ///
  /// - Throws: ``DataSetError`` for another number of channels.
  public init(to channels: Int) throws {
    guard channels == 1 || channels == 3 else {
      throw DataSetError("ConvertChannels takes 1 or 3 channels, found \(channels)")
    }
    self.channels = channels
  }

  public var movesPixels: Bool { false }

  public func apply(to image: Image, using generator: inout Generator) throws -> Image {
    switch (image.channels, channels) {
    case (channels, _): return image
    case (3, 1):
      return Image(height: image.height, width: image.width, channels: 1) { output in
        image.pixels.withUnsafeBufferPointer { source in
          for pixel in 0..<output.count { output[pixel] = luma(source, 3 * pixel) }
        }
      }
    case (1, 3):
      return Image(height: image.height, width: image.width, channels: 3) { output in
        for (pixel, value) in image.pixels.enumerated() {
          for channel in 0..<3 { output[3 * pixel + channel] = value }
        }
      }
    default:
      throw DataSetError("pictures of \(image.channels) channels cannot be converted to \(channels)")
    }
  }
}

/// The brightness of the pixel whose red byte stands at `position`.
@inline(__always)
func luma(_ pixels: UnsafeBufferPointer<UInt8>, _ position: Int) -> UInt8 {
  let red = 19_595 * UInt32(pixels[position])
  let green = 38_470 * UInt32(pixels[position + 1])
  let blue = 7_471 * UInt32(pixels[position + 2])
  return UInt8(truncatingIfNeeded: (red + green + blue + 0x8000) >> 16)
}
