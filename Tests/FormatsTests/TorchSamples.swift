import Foundation
import Testing

@testable import Formats

/// Files that PyTorch wrote: Tests/References/torch_files.py.
enum TorchSample {
  static func path(_ name: String) throws -> String {
    let folder = try #require(Bundle.module.resourceURL)
    return folder.appending(path: "torch/\(name)").path
  }

  static func bytes(_ name: String) throws -> [UInt8] { try Bytes.read(path(name)).array() }

  /// The content of an archive's entry.
  static func entry(_ suffix: String, of name: String) throws -> [UInt8] {
    let archive = try ZipArchive(Bytes.map(path(name)), name: name)
    let entry = try #require(archive.entries.first { $0.name.hasSuffix("/" + suffix) })
    return try archive.content(of: entry, maximumBytes: 1 << 20).array()
  }
}

/// A file of PyTorch's zip format with a pickle and storages of one's own.
func torchArchive(
  _ pickle: [UInt8], storages: [String: [UInt8]] = [:], others: [String: String] = [:]
) throws -> Bytes {
  try withTemporaryFolder { folder in
    let path = "\(folder)/sample"
    try AtomicFile.write(to: path) { file in
      var zip = ZipWriter(file: file, path: path)
      try zip.append(pickle, name: "x/data.pkl")
      for (name, text) in others.sorted(by: { $0.key < $1.key }) { try zip.append(Array(text.utf8), name: "x/" + name) }
      for (key, bytes) in storages.sorted(by: { $0.key < $1.key }) { try zip.append(bytes, name: "x/data/" + key) }
      try zip.finish()
    }
    return try Bytes.read(path)
  }
}

/// Instructions of pickles, for files that PyTorch would never write.
enum Pickle {
  static let start: [UInt8] = [0x80, 2]
  static let stop: [UInt8] = [0x2E]
  static let mark: [UInt8] = [0x28]
  static let reduce: [UInt8] = [0x52]

  static func text(_ text: String) -> [UInt8] { [0x58] + littleEndian(UInt32(text.utf8.count)) + Array(text.utf8) }

  static func integer(_ value: Int) -> [UInt8] { [0x8A, 8] + littleEndian(Int64(value)) }

  static func global(_ module: String, _ name: String) -> [UInt8] { [0x63] + Array("\(module)\n\(name)\n".utf8) }

  static func tuple(_ items: [[UInt8]]) -> [UInt8] { mark + items.flatMap(\.self) + [0x74] }

  static func integers(_ values: [Int]) -> [UInt8] { tuple(values.map(integer)) }

  static func dictionary(_ pairs: [(String, [UInt8])]) -> [UInt8] {
    [0x7D] + mark + pairs.flatMap { text($0.0) + $0.1 } + [0x75]
  }

  static func storage(_ type: String = "FloatStorage", key: String = "0", count: Int) -> [UInt8] {
    tuple([text("storage"), global("torch", type), text(key), text("cpu"), integer(count)]) + [0x51]
  }

  static func tensor(
    shape: [Int], strides: [Int], offset: Int = 0, count: Int, type: String = "FloatStorage"
  ) -> [UInt8] {
    global("torch._utils", "_rebuild_tensor_v2")
      + tuple([storage(type, count: count), integer(offset), integers(shape), integers(strides), [0x89]]) + reduce
  }
}
