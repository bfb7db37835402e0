import Foundation
import Formats
import Tensor
import Testing

@testable import DataSets

/// The folder of public data beside the package, which is not part of it.
let sharedData = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data").path

func sharedDataExists(_ path: String) -> Bool {
  FileManager.default.fileExists(atPath: "\(sharedData)/\(path)")
}

/// Calls `body` with the path of a new folder and removes the folder afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "datasets-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// Writes a file, making the folders above it.
func write(_ bytes: [UInt8], to path: String) throws {
  let url = URL(filePath: path)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(bytes).write(to: url)
}

func writePicture(height: Int, width: Int, value: UInt8 = 100, to path: String) throws {
  let pixels = [UInt8](repeating: value, count: height * width * 3)
  try write(try Picture(width: width, height: height, pixels: pixels).encodePNG(), to: path)
}

/// Expects an error whose description holds each text.
func expectError(
  _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) { try body() }
  guard let error else { return }
  for text in texts { #expect("\(error)".contains(text), "\(error)", sourceLocation: sourceLocation) }
}

/// The picture that `References/pictures.py` makes.
func referencePicture(height: Int, width: Int, channels: Int) throws -> Image {
  var generator = Generator(seed: UInt64(height * 65536 + width * 256 + channels))
  let pixels = (0..<height * width * channels).map { _ in
    let word = generator.next()
    return switch word & 3 {
    case 0: UInt8(0)
    case 1: UInt8(255)
    default: UInt8(truncatingIfNeeded: word >> 8)
    }
  }
  return try Image(height: height, width: width, channels: channels, pixels: pixels)
}

/// Pictures whose first byte is their index, in three classes.
struct CountingSet: DataSet {
  let name = "counting"
  let classNames = ["a", "b", "c"]
  let count: Int
  var failingIndex: Int?
  var wrongLabelIndex: Int?
  var size = ImageSize(height: 6, width: 5, channels: 3)

  func label(at index: Int) -> Int { index == wrongLabelIndex ? 3 : index % 3 }

  func example(at index: Int) throws -> Example {
    if index == failingIndex { throw DataSetError("picture \(index) is broken") }
    let byteCount = size.height * size.width * size.channels
    let pixels = (0..<byteCount).map { UInt8(truncatingIfNeeded: index + 7 * $0) }
    let image = try Image(height: size.height, width: size.width, channels: size.channels, pixels: pixels)
    return Example(image: image, label: label(at: index))
  }
}

/// All the bits of the batches that an iterator still has.
func bits(_ iterator: BatchIterator) throws -> [[UInt8]] {
  var result: [[UInt8]] = []
  while let batch = try iterator.next() {
    var bytes: [UInt8] = []
    for tensor in [batch.images, batch.labels, batch.targets].compactMap({ $0 }) {
      tensor.withBytes { bytes += $0 }
    }
    result.append(bytes)
  }
  return result
}
