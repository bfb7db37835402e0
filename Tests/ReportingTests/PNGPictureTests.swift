import Testing

@testable import Reporting

@Suite struct PNGPictureTests {
  /// Two pixels, red and blue: chunks and checksums made with Python's zlib, the picture read back with Pillow.
  @Test func bytesOfATinyPicture() throws {
    let picture = try PNGPicture(width: 2, height: 1, channels: 3, pixels: [255, 0, 0, 0, 0, 255])
    #expect(
      picture.bytes == [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52,
        0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x7B, 0x40, 0xE8,
        0xDD, 0x00, 0x00, 0x00, 0x12, 0x49, 0x44, 0x41, 0x54, 0x78, 0x01, 0x01, 0x07, 0x00, 0xF8, 0xFF,
        0x00, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0x07, 0x00, 0x01, 0xFF, 0x55, 0x36, 0xBA, 0xC7, 0x00,
        0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
      ])
    #expect(picture.dataURI.hasPrefix("data:image/png;base64,iVBORw0KGgo"))
  }

  @Test func largePicturesTakeSeveralBlocks() throws {
    let picture = try PNGPicture(
      width: 300, height: 300, channels: 1, pixels: [UInt8](repeating: 9, count: 90_000))
    let blocks = 2
    #expect(picture.bytes.count == 8 + 25 + 12 + 12 + 2 + 4 + blocks * 5 + 300 * 301)
  }

  @Test func wrongSizesAreRefused() {
    #expect(throws: ReportingError.self) {
      try PNGPicture(width: 2, height: 2, channels: 1, pixels: [1, 2, 3])
    }
    #expect(throws: ReportingError.self) { try PNGPicture(width: 0, height: 2, channels: 1, pixels: []) }
    #expect(throws: ReportingError.self) {
      try PNGPicture(width: 1, height: 1, channels: 4, pixels: [1, 2, 3, 4])
    }
    #expect(throws: ReportingError.self) { try PNGPicture(width: .max, height: 3, channels: 3, pixels: []) }
    #expect(throws: ReportingError.self) { try PNGPicture(bytes: [1, 2, 3]) }
  }
}
