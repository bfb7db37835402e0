import DataSets
import Foundation
import Models
import Tensor
import TestSupport
import Training

/// Noise pictures of two classes, told apart by their mean.
struct NoiseSet: DataSet {
  let name = "noise"
  let classNames = ["dark", "bright"]
  let count: Int
  let size: Int

  func label(at index: Int) -> Int { index % 2 }

  func example(at index: Int) throws -> Example {
    var generator = Generator(seed: UInt64(index))
    let base: UInt8 = index % 2 == 0 ? 30 : 130
    let pixels = (0..<size * size * 3).map { _ in base + UInt8.random(in: 0..<100, using: &generator) }
    return Example(image: try Image(height: size, width: size, channels: 3, pixels: pixels), label: label(at: index))
  }

  /// - Parameter reads: how many training pictures can be read before an error.
  static func splits(size: Int = 32, train: Int = 32, reads: Int = .max) throws -> DataSplits {
    try DataSplits(
      name: "noise", train: StoppingSet(NoiseSet(count: train, size: size), reads: reads),
      validation: NoiseSet(count: 8, size: size),
      normalization: Normalization(mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25]),
      imageSize: ImageSize(height: size, width: size, channels: 3), kind: .small(flips: true))
  }
}

func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "adaptation-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}
