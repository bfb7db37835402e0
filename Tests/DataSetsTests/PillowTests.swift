import Foundation
import Tensor
import Testing

@testable import DataSets

private struct Reference: Decodable {
  let operation: String
  let arguments: [Double]
  let input: [Int]
  let output: [Int]
  let hash: String
  let pixels: [UInt8]?
}

private func references() throws -> [Reference] {
  let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References/pictures.json")
  return try JSONDecoder().decode([Reference].self, from: Data(contentsOf: file))
}

private func fnv(_ bytes: [UInt8]) -> String {
  let value = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  let text = String(value, radix: 16)
  return String(repeating: "0", count: 16 - text.count) + text
}

private func result(_ reference: Reference) throws -> Image {
  let source = try referencePicture(
    height: reference.input[0], width: reference.input[1], channels: reference.input[2])
  let arguments = reference.arguments
  var generator = Generator(seed: 0)
  switch reference.operation {
  case "bilinear", "bicubic":
    let interpolation = try #require(Interpolation(rawValue: reference.operation))
    return try Resize(height: Int(arguments[0]), width: Int(arguments[1]), interpolation)
      .apply(to: source, using: &generator)
  case "shorterSide": return try Resize(shorterSide: Int(arguments[0])).apply(to: source, using: &generator)
  case "centerCrop": return try CenterCrop(Int(arguments[0])).apply(to: source, using: &generator)
  case "brightness": return source.withBrightness(Float(arguments[0]))
  case "contrast": return source.withContrast(Float(arguments[0]))
  case "saturation": return source.withSaturation(Float(arguments[0]))
  case "hue": return source.withHue(arguments[0])
  case "luma": return try ConvertChannels(to: 1).apply(to: source, using: &generator)
  default: throw DataSetError("unknown operation \(reference.operation)")
  }
}

@Test(arguments: [
  "bilinear", "bicubic", "shorterSide", "centerCrop", "brightness", "contrast", "saturation", "hue", "luma",
])
func pixelsEqualPillow(operation: String) throws {
  let cases = try references().filter { $0.operation == operation }
  #expect(!cases.isEmpty)
  for reference in cases {
    let image = try result(reference)
    let label = "\(operation) \(reference.arguments) of \(reference.input)"
    #expect([image.height, image.width, image.channels] == reference.output, "\(label)")
    if let pixels = reference.pixels { #expect(image.pixels == pixels, "\(label)") }
    #expect(fnv(image.pixels) == reference.hash, "\(label)")
  }
}
