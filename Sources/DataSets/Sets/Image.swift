import Formats

/// A picture of bytes with any number of channels; channels last, row by row.
///
/// # Shapes
/// - pixels: `[height, width, channels]`
public struct Image: Hashable, Sendable {
  /// The number of rows.
  public let height: Int
  /// The number of pixels in a row.
  public let width: Int
  /// The number of bytes of a pixel: 1 for gray, 3 for red, green and blue.
  public let channels: Int
  /// The bytes of each pixel, row by row.
  public let pixels: [UInt8]

  /// Creates an image from its bytes.
  ///
  /// - Throws: ``DataSetError`` unless every extent is at least one and their product is the number of bytes.
  public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) throws {
    let (area, areaOverflow) = height.multipliedReportingOverflow(by: width)
    let (count, countOverflow) = area.multipliedReportingOverflow(by: channels)
    guard height > 0, width > 0, channels > 0, !areaOverflow, !countOverflow, count == pixels.count else {
      throw DataSetError("\(pixels.count) bytes do not fill an image of \(height)×\(width)×\(channels)")
    }
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
  }

  /// The pixels of a decoded file, with three channels.
  public init(_ picture: Picture) {
    height = picture.height
    width = picture.width
    channels = 3
    pixels = picture.pixels
  }

  /// An image whose bytes a body writes, all of them; every extent must be at least one.
  init(height: Int, width: Int, channels: Int, filling body: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    self.height = height
    self.width = width
    self.channels = channels
    let count = height * width * channels
    pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      body(UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
      initialized = count
    }
  }

  /// The extents.
  public var size: ImageSize { ImageSize(height: height, width: width, channels: channels) }

  /// The number of bytes in a row.
  var rowByteCount: Int { width * channels }
}

/// The extents of an image.
public struct ImageSize: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The number of rows.
  public let height: Int
  /// The number of pixels in a row.
  public let width: Int
  /// The number of channels.
  public let channels: Int

  /// Creates a size.
  public init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  public var description: String { "\(height)×\(width)×\(channels)" }
}
