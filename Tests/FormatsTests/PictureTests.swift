import Foundation
import Testing

@testable import Formats

@Suite struct PictureTests {
  private func decode(_ bytes: [UInt8], maximumPixels: Int = 1_000_000) throws -> Picture {
    try Picture.decode(Bytes(bytes), name: "sample", maximumPixels: maximumPixels)
  }

  @Test(arguments: PictureSample.all)
  func pixelsEqualThoseOfPillow(_ sample: PictureSample) throws {
    let picture = try decode(sample.bytes)
    #expect(picture.width == sample.width)
    #expect(picture.height == sample.height)
    #expect(checksum(Bytes(picture.pixels)) == sample.checksum)
  }

  @Test(arguments: PictureSample.all)
  func everyTruncationIsRefused(_ sample: PictureSample) {
    // The last bytes of a PNG are the checksum of its end mark, and a JPEG's the end mark itself.
    for count in 0..<sample.bytes.count {
      #expect(throws: FormatError.self, "\(count) bytes") { try decode([UInt8](sample.bytes.prefix(count))) }
    }
  }

  @Test func encodedPicturesDecode() throws {
    let pixels = (0..<7 * 5 * 3).map { UInt8($0 * 2) }
    let picture = try Picture(width: 7, height: 5, pixels: pixels)
    #expect(try decode(picture.encodePNG()) == picture)
    try withTemporaryFolder { folder in
      try picture.writePNG(to: "\(folder)/picture.png")
      #expect(try Picture.read("\(folder)/picture.png") == picture)
    }
    #expect(throws: FormatError.self) { try Picture(width: 0, height: 5, pixels: []) }
    #expect(throws: FormatError.self) { try Picture(width: 7, height: 5, pixels: [1]) }
    #expect(throws: FormatError.self) { try Picture(width: .max, height: .max, pixels: [1]) }
  }

  @Test func hugePicturesAreRefusedFromTheHeader() throws {
    func header(_ width: UInt32, _ height: UInt32) -> [UInt8] {
      let content = Array("IHDR".utf8) + bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0]
      return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + bigEndian(UInt32(13)) + content
        + bigEndian(checksum(Bytes(content))) + bigEndian(UInt32(0)) + Array("IDAT".utf8)
    }
    expectFailure("100000×100000 pixels") {
      _ = try Picture.decode(Bytes(header(100_000, 100_000)), name: "sample")
    }
    expectFailure("unreadable PNG") { _ = try decode(header(0, 10)) }
    expectFailure("unreadable PNG") { _ = try decode(header(.max, .max)) }

    var jpeg = PictureSample.named("jpeg420")
    let size = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 }) + 5
    jpeg.replaceSubrange(size..<size + 4, with: [0xFF, 0x00, 0xFF, 0x00])
    expectFailure("65280×65280 pixels") { _ = try Picture.decode(Bytes(jpeg), name: "sample") }
    expectFailure("at most 220 pixels") { _ = try decode(PictureSample.named("jpeg420"), maximumPixels: 220) }
    #expect(throws: Never.self) { try decode(PictureSample.named("jpeg420"), maximumPixels: 221) }
  }

  @Test func damagedJPEGsAreRefused() throws {
    let good = PictureSample.named("jpeg420")
    let frame = try #require(good.indices.first { good[$0] == 0xFF && good[$0 + 1] == 0xC0 })
    for (name, offset, bytes) in [
      ("width", 7, [UInt8(0), 0]), ("height", 5, [0, 0]), ("length", 2, [0, 3]), ("length", 2, [0xFF, 0xFF]),
    ] {
      var bad = good
      bad.replaceSubrange(frame + offset..<frame + offset + 2, with: bytes)
      #expect(throws: FormatError.self, "\(name)") { try decode(bad) }
    }
    // A taller frame than there is data for.
    var tall = good
    tall.replaceSubrange(frame + 5..<frame + 7, with: [0, 200])
    #expect(throws: FormatError.self) { try decode(tall) }
  }

  @Test func otherFilesAreRefused() {
    expectFailure("an empty file") { _ = try decode([]) }
    expectFailure("other bytes") { _ = try decode(Array("GIF89a".utf8)) }
  }

  @Test(.enabled(if: sharedDataExists("imagenet-samples-224")))
  func publishedPhotosDecode() throws {
    let folder = "\(sharedData)/imagenet-samples-224"
    for name in try names(in: folder).filter({ $0.hasSuffix(".jpg") }).prefix(50) {
      let picture = try Picture.read("\(folder)/\(name)")
      #expect(picture.width == 224 && picture.height == 224)
    }
  }
}
