import CImageCodecs

/// Calls the functions of a picture format, with the checks of sizes that they leave to their callers.
struct PictureCodec {
  typealias SizeReader = (
    UnsafeRawPointer?, Int, UnsafeMutablePointer<ic_size>, UnsafeMutablePointer<ic_message>
  ) -> Bool
  typealias PixelReader = (
    UnsafeRawPointer?, Int, ic_size, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<ic_message>
  ) -> Bool

  /// The name of the format in messages.
  let format: String
  /// The bytes of a decoded pixel.
  let channels: Int
  let readSize: SizeReader
  let readPixels: PixelReader

  static var jpeg: PictureCodec {
    PictureCodec(format: "JPEG", channels: 3, readSize: ic_jpeg_size, readPixels: ic_jpeg_decode)
  }
  static var png: PictureCodec {
    PictureCodec(format: "PNG", channels: 3, readSize: ic_png_size, readPixels: ic_png_decode)
  }
  /// The numbers of palette entries or gray levels instead of colours.
  static var pngIndices: PictureCodec {
    PictureCodec(format: "PNG", channels: 1, readSize: ic_png_size, readPixels: ic_png_decode_indices)
  }

  /// Decodes a file of at most so many pixels.
  func decode(
    _ bytes: Bytes, name: String, maximumPixels: Int
  ) throws -> (width: Int, height: Int, pixels: [UInt8]) {
    try bytes.withUnsafeBytes { buffer in
      var size = ic_size()
      var message = ic_message()
      func failure() -> FormatError {
        let reason = withUnsafeBytes(of: message.text) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        return FormatError(
          file: name, found: "an unreadable \(format) picture (\(reason))",
          expected: "a complete \(format) file",
          advice: "fetch or convert the picture again")
      }
      guard readSize(buffer.baseAddress, buffer.count, &size, &message) else { throw failure() }
      let (width, height) = (Int(size.width), Int(size.height))
      guard let byteCount = byteCount(of: [height, width, channels], .uint8), byteCount > 0,
        byteCount / channels <= maximumPixels
      else {
        throw FormatError(
          file: name, found: "a picture of \(width)×\(height) pixels",
          expected: "at least one and at most \(maximumPixels) pixels", advice: "make it smaller")
      }
      let pixels = try [UInt8](unsafeUninitializedCapacity: byteCount) { pixels, count in
        guard readPixels(buffer.baseAddress, buffer.count, size, pixels.baseAddress, &message) else {
          throw failure()
        }
        count = byteCount
      }
      return (width, height, pixels)
    }
  }

  /// Pixels of one or three channels as the bytes of a PNG file.
  static func encodePNG(_ pixels: [UInt8], width: Int, height: Int, channels: Int) throws -> [UInt8] {
    var message = ic_message()
    let size = ic_size(width: UInt32(clamping: width), height: UInt32(clamping: height))
    let capacity = ic_png_capacity(size, CInt(channels))
    let encoded = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      count = ic_png_encode(pixels, size, CInt(channels), buffer.baseAddress, capacity, &message)
    }
    guard !encoded.isEmpty else {
      throw FormatError(
        file: "picture", found: "\(width)×\(height) pixels", expected: "a picture that PNG can hold")
    }
    return encoded
  }
}
