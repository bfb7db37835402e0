import CImageCodecs

/// A picture of red, green and blue bytes, as decoded from a JPEG or PNG file.
///
/// Pixels equal those of Pillow's `Image.open(path).convert("RGB")`: gray is repeated, palettes are
/// looked up, alpha is dropped, 16-bit samples keep their high byte (of gray ones Pillow cuts what is above 255), the orientation in
/// EXIF is ignored.
public struct Picture: Hashable, Sendable {
  /// The number of pixels in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// Red, green and blue of each pixel, row by row.
  ///
  /// # Shapes
  /// - `[height, width, 3]`
  public let pixels: [UInt8]

  /// The most pixels that are decoded unless told otherwise: 100 megapixels.
  public static let defaultMaximumPixels = 100_000_000
  static let maximumFileByteCount = 1 << 30

  /// Creates a picture from pixels.
  ///
  /// - Throws: ``FormatError`` unless `pixels` holds `height * width * 3` bytes of at least one pixel.
  public init(width: Int, height: Int, pixels: [UInt8]) throws {
    guard width > 0, height > 0, byteCount(of: [height, width, 3], .uint8) == pixels.count else {
      throw FormatError(
        file: "picture", found: "\(pixels.count) bytes for \(width)×\(height) pixels",
        expected: "three bytes a pixel and at least one pixel")
    }
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Reads a JPEG or PNG file, told apart by its first bytes.
  ///
  /// - Throws: ``FormatError`` if the file cannot be read, is of another format, is damaged or cut short,
  ///   or has more than `maximumPixels`, which is checked before memory is taken.
  public static func read(_ path: String, maximumPixels: Int = defaultMaximumPixels) throws -> Picture {
    let bytes = try Bytes.read(path, maximumBytes: maximumFileByteCount)
    return try decode(bytes, name: path, maximumPixels: maximumPixels)
  }

  /// Decodes the bytes of a JPEG or PNG file; `name` stands for it in errors.
  ///
  /// - Throws: ``FormatError`` as ``read(_:maximumPixels:)`` does.
  public static func decode(
    _ bytes: Bytes, name: String, maximumPixels: Int = defaultMaximumPixels
  ) throws -> Picture {
    if bytes.withUnsafeBytes({ $0.starts(with: [0xFF, 0xD8, 0xFF]) }) {
      return try decodeJPEG(bytes, name: name, maximumPixels: maximumPixels)
    }
    if bytes.withUnsafeBytes({ $0.starts(with: [0x89, 0x50, 0x4E, 0x47]) }) {
      return try decodePNG(bytes, name: name, maximumPixels: maximumPixels)
    }
    throw FormatError(
      file: name, found: bytes.count == 0 ? "an empty file" : "other bytes at the start",
      expected: "a JPEG or PNG picture", advice: "convert the picture")
  }

  /// Decodes the bytes of a JPEG file.
  ///
  /// - Throws: ``FormatError`` as ``read(_:maximumPixels:)`` does.
  public static func decodeJPEG(
    _ bytes: Bytes, name: String, maximumPixels: Int = defaultMaximumPixels
  ) throws -> Picture {
    try decode(bytes, name: name, .jpeg, maximumPixels)
  }

  /// Decodes the bytes of a PNG file.
  ///
  /// - Throws: ``FormatError`` as ``read(_:maximumPixels:)`` does.
  public static func decodePNG(
    _ bytes: Bytes, name: String, maximumPixels: Int = defaultMaximumPixels
  ) throws -> Picture {
    try decode(bytes, name: name, .png, maximumPixels)
  }

  /// The width and height that the head of a JPEG or PNG file tells; its pixels are not decoded.
  ///
  /// - Throws: ``FormatError`` if the file cannot be read, or its head is of another format or damaged.
  public static func size(of path: String) throws -> (width: Int, height: Int) {
    let bytes = try Bytes.read(path, maximumBytes: maximumFileByteCount)
    let isPNG = bytes.withUnsafeBytes { $0.starts(with: [0x89, 0x50, 0x4E, 0x47]) }
    return try bytes.withUnsafeBytes { buffer in
      var size = ic_size()
      var message = ic_message()
      let readSize: PictureCodec.SizeReader = isPNG ? ic_png_size : ic_jpeg_size
      guard readSize(buffer.baseAddress, buffer.count, &size, &message) else {
        throw FormatError(
          file: path, found: "no head of a picture", expected: "a JPEG or PNG picture",
          advice: "fetch or convert the picture again")
      }
      return (Int(size.width), Int(size.height))
    }
  }

  private static func decode(
    _ bytes: Bytes, name: String, _ codec: PictureCodec, _ maximumPixels: Int
  ) throws -> Picture {
    let (width, height, pixels) = try codec.decode(bytes, name: name, maximumPixels: maximumPixels)
    return try Picture(width: width, height: height, pixels: pixels)
  }

  /// The picture as the bytes of a PNG file.
  ///
  /// - Throws: ``FormatError`` if the encoder fails, as it does for sides over a million pixels.
  public func encodePNG() throws -> [UInt8] {
    try PictureCodec.encodePNG(pixels, width: width, height: height, channels: 3)
  }

  /// Writes the picture as a PNG file, atomically.
  ///
  /// - Throws: ``FormatError`` if the encoder fails or the file cannot be written.
  public func writePNG(to path: String) throws {
    try AtomicFile.write(encodePNG(), to: path)
  }
}
