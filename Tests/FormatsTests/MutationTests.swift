import Foundation
import Testing

@testable import Formats

/// Thousands of damaged files for each reader, the same in every run: each must be read or refused.
/// A crash ends the test run.
@Suite struct MutationTests {
  struct Reader: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let seeds: @Sendable () throws -> [[UInt8]]
    let read: @Sendable (Bytes) throws -> Void
  }

  static let readers: [Reader] = [
    Reader(testDescription: "safetensors") {
      try withTemporaryFolder { folder in
        let path = "\(folder)/x"
        try SafetensorsWriter.write(
          [
            .init(name: "a", StoredArray([Float(1), 2], shape: [2, 1])),
            .init(name: "b", StoredArray([UInt8(1)])),
          ],
          metadata: ["k": "v\u{1}"], to: path)
        return [try Bytes.read(path).array()]
      }
    } read: { bytes in
      let file = try SafetensorsFile(bytes, name: "sample")
      for name in file.names { _ = try file.array(named: name).floats() }
    },
    Reader(testDescription: "npy") {
      [try NpyFile.encode(StoredArray([Int16](0..<12), shape: [3, 4]))]
    } read: {
      _ = try NpyFile.decode($0, name: "sample").floats()
    },
    Reader(testDescription: "npz") {
      try withTemporaryFolder { folder in
        try NpzFile.write(
          [("a", StoredArray([Float(1)])), ("b", StoredArray([UInt8(1)]))], to: "\(folder)/x")
        return [try Bytes.read("\(folder)/x").array(), NpzSamples.compressed]
      }
    } read: { bytes in
      let file = try NpzFile(bytes, name: "sample")
      for name in file.names { _ = try file.array(named: name, maximumBytes: 1 << 20).floats() }
    },
    Reader(testDescription: "gzip") {
      [GzipSamples.digits]
    } read: {
      _ = try GzipFile.decode($0, name: "sample", maximumBytes: 1 << 20)
    },
    Reader(testDescription: "idx") {
      [[0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4], [0, 0, 14, 1, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8]]
    } read: {
      _ = try IDXFile.decode($0, name: "sample", maximumBytes: 1 << 20).floats()
    },
    Reader(testDescription: "cifar") {
      [[UInt8](repeating: 5, count: 3073)]
    } read: {
      _ = try CIFARFile($0, layout: .cifar10, name: "sample")
    },
    Reader(testDescription: "torch") {
      try ["checkpoint-legacy.pth", "checkpoint.pth.tar", "legacy.pth", "plain.pth"].map { try TorchSample.bytes($0) }
    } read: { bytes in
      let file = try TorchFile(bytes, name: "sample", maximumBytes: 1 << 20)
      for name in file.names { _ = try #require(file[name]).floats() }
    },
    Reader(testDescription: "pickles") {
      let archive = try TorchSample.entry("data.pkl", of: "checkpoint.pth.tar")
      return [archive, try TorchSample.entry("data.pkl", of: "plain.pth")]
    } read: { bytes in
      _ = try bytes.withUnsafeBytes { buffer in
        var machine = PickleMachine(buffer, file: "sample", host: TorchUnpickler(file: "sample"))
        return try StateDictionary(machine.run(), machine.heap, wrapper: nil, file: "sample")
      }
    },
    Reader(testDescription: "pictures") {
      PictureSample.all.map(\.bytes)
    } read: {
      _ = try Picture.decode($0, name: "sample", maximumPixels: 1 << 16)
    },
    Reader(testDescription: "index pictures") {
      ["pngPalette", "pngGray", "pngBilevel"].map(PictureSample.named)
    } read: {
      _ = try IndexPicture.decode($0, name: "sample", maximumPixels: 1 << 16)
    },
  ]

  @Test(arguments: readers)
  func damagedFilesNeverCrash(_ reader: Reader) throws {
    var generator = SplitMix64(state: 20_26)
    let seeds = try reader.seeds()
    for seed in seeds { #expect(throws: Never.self) { try reader.read(Bytes(seed)) } }
    let count = 2000
    var refused = 0
    for _ in 0..<count {
      let seed = seeds[Int.random(in: seeds.indices, using: &generator)]
      do {
        try reader.read(Bytes(mutated(seed, using: &generator)))
      } catch is FormatError {
        refused += 1
      }
    }
    #expect(refused > count / 100)
  }

  private func mutated(_ seed: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let position = Int.random(in: bytes.indices, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[position] = .random(in: 0...255, using: &generator)
      case 2: bytes[position] = [0, 0x7F, 0x80, 0xFF][Int.random(in: 0..<4, using: &generator)]
      case 3:
        bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 1...8, using: &generator)))
      case 4: bytes.insert(contentsOf: bytes[position...].prefix(8), at: position)
      default: bytes.removeSubrange(position...)
      }
    }
    return bytes
  }
}
