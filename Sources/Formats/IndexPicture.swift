/// A picture whose pixels are numbers and not colours, such as the classes of a label map: a PNG file with a palette or
/// with gray levels of at most 8 bits.
///
/// Palettes are not looked up, and gray levels of fewer than 8 bits are not spread over a byte.
public struct IndexPicture: Hashable, Sendable {
  /// The number of pixels in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The number of each pixel, row by row.
  ///
  /// # Shapes
  /// - `[height, width]`
  public let indices: [UInt8]

  /// Creates a picture from numbers.
  ///
  /// - Throws: ``FormatError`` unless `indices` holds `height * width` bytes of at least one pixel.
  public init(width: Int, height: Int, indices: [UInt8]) throws {
    guard width > 0, height > 0, byteCount(of: [height, width], .uint8) == indices.count else {
      throw FormatError(
        file: "picture", found: "\(indices.count) bytes for \(width)×\(height) pixels",
        expected: "one byte a pixel and at least one pixel")
    }
    (self.width, self.height, self.indices) = (width, height, indices)
  }

  /// Reads a PNG file.
  ///
  /// - Throws: ``FormatError`` if the file cannot be read, is no PNG file, has pixels of another kind, is damaged or cut
  ///   short, or has more than `maximumPixels`, which is checked before memory is taken.
  public static func read(
    _ path: String, maximumPixels: Int = Picture.defaultMaximumPixels
  ) throws -> IndexPicture {
    let bytes = try Bytes.read(path, maximumBytes: Picture.maximumFileByteCount)
    return try decode(bytes, name: path, maximumPixels: maximumPixels)
  }

  /// Decodes the bytes of a PNG file; `name` stands for it in errors.
  ///
  /// - Throws: ``FormatError`` as ``read(_:maximumPixels:)`` does.
  public static func decode(
    _ bytes: Bytes, name: String, maximumPixels: Int = Picture.defaultMaximumPixels
  ) throws -> IndexPicture {
    let (width, height, indices) = try PictureCodec.pngIndices.decode(bytes, name: name, maximumPixels: maximumPixels)
    return try IndexPicture(width: width, height: height, indices: indices)
  }

  /// Writes the numbers as the gray levels of a PNG file, atomically.
  ///
  /// - Throws: ``FormatError`` if the encoder fails or the file cannot be written.
  public func writePNG(to path: String) throws {
    try AtomicFile.write(PictureCodec.encodePNG(indices, width: width, height: height, channels: 1), to: path)
  }
}
