import Foundation
import Formats
import Models
import NeuralNet
import Tensor
import Training

/// Calls `body` with the path of a new folder and removes the folder afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "command-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// Calls `body` with a folder that holds pictures of 8×8 in `data` and a network for them in `base.safetensors`.
func withSamples(_ body: (String) throws -> Void) throws {
  try withTemporaryFolder { folder in
    try SampleFiles.writeData(to: folder + "/data", train: 96, validation: 48)
    try SampleFiles.writeModel(to: folder + "/base.safetensors")
    try body(folder)
  }
}

func fileBytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

/// The names in a folder, sorted; none if it is not there.
func names(in folder: String) -> [String] {
  ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
}

/// Files that the tests give to the program.
enum SampleFiles {
  static let size = 8
  static let classNames = ["dark", "medium", "bright"]

  /// Gray pictures of 8×8 in three classes that differ in brightness, as pairs of NumPy files.
  static func writeData(to folder: String, train: Int = 256, validation: Int = 64, badLabel: Int64? = nil) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, count) in [("train", train), ("val", validation)] {
      var generator = Generator(seed: UInt64(count))
      var labels = (0..<count).map { Int64($0 % 3) }
      let pixels = labels.flatMap { label in
        (0..<size * size).map { _ in UInt8.random(in: 0...120, using: &generator) + UInt8(label) * 50 }
      }
      if let badLabel { labels[count - 1] = badLabel }
      try NpyFile.write(StoredArray(pixels, shape: [count, size, size]), to: "\(folder)/\(name)_images.npy")
      try NpyFile.write(StoredArray(labels), to: "\(folder)/\(name)_labels.npy")
    }
    try AtomicFile.write(Array(classNames.joined(separator: "\n").utf8), to: "\(folder)/classes.txt")
  }

  /// Saves a new quickstart network for pictures of 8×8.
  @discardableResult
  static func writeModel(to path: String, channels: Int = 1) throws -> Model {
    let configuration = ModelConfiguration(
      name: "quickstart", classes: 3, inputChannels: channels, inputSize: size,
      preparation: Preparation(
        mean: Array(repeating: 0.5, count: channels), deviation: Array(repeating: 0.25, count: channels)))
    var generator = Generator(seed: 5)
    let model = try ModelRegistry.make(configuration, using: &generator)
    try ModelCheckpoint.save(model, classNames: classNames, to: path)
    return model
  }

  /// Writes pictures of one colour as `folder/CLASS/NUMBER.png`.
  static func writePictures(to folder: String, classes: [String] = classNames, count: Int = 2) throws {
    for (index, name) in classes.enumerated() {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      for number in 0..<count {
        try writePicture(value: UInt8(60 * index + 10 * number), to: "\(folder)/\(name)/\(number).png")
      }
    }
  }

  static func writePicture(value: UInt8, size: Int = 10, to path: String) throws {
    let pixels = (0..<size * size * 3).map { value &+ UInt8($0 % 7) }
    try Picture(width: size, height: size, pixels: pixels).writePNG(to: path)
  }
}
