import Foundation
import Testing

@testable import Formats

/// Pictures of 5×3 written by Pillow; the numbers of the palette entries and gray levels are (3·i) mod 11.
@Suite struct IndexPictureTests {
  private static let numbers = (0..<15).map { UInt8($0 * 3 % 11) }
  private static let palette4 =
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADBAMAAACpGNjLAAAAMFBMVEX/ACjvBynfDirPFSu/HCyvIy2fKi6PMS9/ODBvPzFfRjJPTTM/VDQvWzUfYjYPaTc3IQgwAAAAFElEQVR4nGNgzhRgcbF8zmQ5xQEADscC9N4af48AAAAASUVORK5CYII="
  private static let gray8 =
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAAAAAB+XZokAAAAGklEQVR4nGNkYGZm/sH0n4XlJwsjxw9mZmYAJKAEE5C/4PoAAAAASUVORK5CYII="
  private static let gray1 =
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADAQAAAABzTfhVAAAADklEQVR4nGOIYPrA9AAABXoCLWveyWwAAAAASUVORK5CYII="
  private static let others = [
    "red, green and blue":
      "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAIAAADUVFKvAAAADElEQVR4nGNgIA0AAAAwAAEWiZrRAAAAAElFTkSuQmCC",
    "gray and alpha":
      "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAQAAADxPw1zAAAAC0lEQVR4nGNgIAAAACEAAcdv3ZQAAAAASUVORK5CYII=",
    "gray of 16 bits":
      "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADEAAAAAAuzUZnAAAAC0lEQVR4nGNgIAAAACEAAcdv3ZQAAAAASUVORK5CYII=",
  ]

  private func decode(_ base64: String, maximumPixels: Int = 15) throws -> IndexPicture {
    let data = try #require(Data(base64Encoded: base64))
    return try IndexPicture.decode(Bytes([UInt8](data)), name: "sample", maximumPixels: maximumPixels)
  }

  @Test func palettesAreNotLookedUp() throws {
    let picture = try decode(Self.palette4)
    #expect((picture.width, picture.height) == (5, 3))
    #expect(picture.indices == Self.numbers)
  }

  @Test func grayLevelsStayAsTheyAre() throws {
    #expect(try decode(Self.gray8).indices == Self.numbers.map { $0 == 4 ? 255 : $0 })
    #expect(try decode(Self.gray1).indices == Self.numbers.map { $0 % 2 })
  }

  @Test func equalNumbersHaveEqualColors() throws {
    let colors = try Picture.decode(Bytes(PictureSample.named("pngPalette")), name: "sample")
    let picture = try IndexPicture.decode(Bytes(PictureSample.named("pngPalette")), name: "sample")
    #expect((picture.width, picture.height) == (colors.width, colors.height))
    var seen: [UInt8: ArraySlice<UInt8>] = [:]
    for (index, number) in picture.indices.enumerated() {
      let color = colors.pixels[3 * index..<3 * index + 3]
      #expect(Array(seen[number, default: color]) == Array(color))
      seen[number] = color
    }
  }

  @Test(arguments: others.keys.sorted()) func colorsAreRefused(_ kind: String) throws {
    let base64 = try #require(Self.others[kind])
    expectFailure("neither a palette nor gray levels of at most 8 bits") { _ = try decode(base64) }
  }

  @Test func otherFilesAreRefused() throws {
    expectFailure("unreadable PNG") {
      _ = try IndexPicture.decode(Bytes(PictureSample.named("jpeg420")), name: "sample")
    }
    expectFailure("at most 14 pixels") { _ = try decode(Self.gray8, maximumPixels: 14) }
    let bytes = [UInt8](try #require(Data(base64Encoded: Self.palette4)))
    for count in bytes.indices {
      #expect(throws: FormatError.self) {
        try IndexPicture.decode(Bytes(Array(bytes.prefix(count))), name: "sample")
      }
    }
    #expect(throws: FormatError.self) { try IndexPicture(width: .max, height: .max, indices: [1]) }
    #expect(throws: FormatError.self) { try IndexPicture(width: 2, height: 1, indices: [1]) }
  }

  @Test func everyNumberComesBack() throws {
    try withTemporaryFolder { folder in
      let picture = try IndexPicture(width: 32, height: 8, indices: Array(0...255))
      try picture.writePNG(to: "\(folder)/map.png")
      #expect(try IndexPicture.read("\(folder)/map.png") == picture)
    }
  }
}
