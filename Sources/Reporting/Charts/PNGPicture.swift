import Foundation

/// A small picture as PNG, uncompressed: meant for thumbnails in a report.
public struct PNGPicture: Equatable, Sendable {
  /// The bytes of the PNG file.
  public let bytes: [UInt8]

  private static let crcTable = reflectedCRCTable(polynomial: 0xEDB8_8320)
  private static let largestSide = 4096

  /// Takes the bytes of a PNG file as they are.
  ///
  /// - Throws: ``ReportingError`` if they do not begin as a PNG file does.
  public init(bytes: [UInt8]) throws {
    guard bytes.starts(with: Self.signature) else {
      throw ReportingError("the picture is not a PNG file: its first bytes are not the PNG signature")
    }
    self.bytes = bytes
  }

  /// Makes a PNG picture from pixels in rows.
  ///
  /// - Parameters:
  ///   - width: The width in pixels, 1 to 4096.
  ///   - height: The height in pixels, 1 to 4096.
  ///   - channels: 1 for gray, 3 for red, green and blue.
  ///   - pixels: `height` × `width` × `channels` bytes.
  /// - Throws: ``ReportingError`` if the sizes are out of range or do not fit `pixels`.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) throws {
    let sides = 1...Self.largestSide
    guard sides.contains(width), sides.contains(height), channels == 1 || channels == 3 else {
      throw ReportingError(
        "a picture of \(width) × \(height) pixels with \(channels) channels cannot be drawn; "
          + "expected sides from 1 to \(Self.largestSide) and 1 or 3 channels")
    }
    guard pixels.count == width * height * channels else {
      throw ReportingError(
        "a picture of \(width) × \(height) pixels with \(channels) channels needs "
          + "\(width * height * channels) bytes; found \(pixels.count)")
    }
    var header: [UInt8] = []
    header.appendBigEndian(UInt32(width))
    header.appendBigEndian(UInt32(height))
    header += [8, channels == 1 ? 0 : 2, 0, 0, 0]
    var rows: [UInt8] = []
    rows.reserveCapacity(pixels.count + height)
    for start in stride(from: 0, to: pixels.count, by: width * channels) {
      rows.append(0)
      rows += pixels[start..<start + width * channels]
    }
    bytes =
      Self.signature + Self.chunk("IHDR", header) + Self.chunk("IDAT", Self.storedZlib(rows))
      + Self.chunk("IEND", [])
  }

  /// The picture as a `data:` address for SVG and HTML.
  public var dataURI: String {
    "data:image/png;base64," + Data(bytes).base64EncodedString()
  }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
    var chunk: [UInt8] = []
    chunk.appendBigEndian(UInt32(content.count))
    let checked = Array(type.utf8) + content
    chunk += checked
    chunk.appendBigEndian(reflectedCRC(checked, table: crcTable))
    return chunk
  }

  /// A zlib stream of stored deflate blocks.
  private static func storedZlib(_ content: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: content.count, by: 0xFFFF) {
      let block = content[start..<min(start + 0xFFFF, content.count)]
      stream.append(block.endIndex == content.count ? 1 : 0)
      stream.appendLittleEndian(UInt16(block.count))
      stream.appendLittleEndian(~UInt16(block.count))
      stream += block
    }
    stream.appendBigEndian(adler32(content))
    return stream
  }

  private static func adler32(_ content: [UInt8]) -> UInt32 {
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in content {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }
}
