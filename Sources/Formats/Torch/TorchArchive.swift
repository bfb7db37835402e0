/// The zip archive that `torch.save` writes since version 1.6: `NAME/data.pkl`, and each storage as `NAME/data/KEY`.
struct TorchArchive {
  /// The pickle of the saved object.
  let pickle: Bytes
  private let archive: ZipArchive
  private let entries: [String: ZipArchive.Entry]
  private let prefix: String
  private let file: String
  /// How many more bytes may be decompressed. PyTorch stores without compression; this is for archives packed again.
  private var budget: Int

  /// The first bytes of every zip archive that is not empty.
  static let signature: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  private static let maximumPickleByteCount = 1 << 26

  /// - Throws: ``FormatError`` for archives that hold something else, or numbers in another byte order.
  init(_ bytes: Bytes, name file: String, maximumBytes: Int) throws {
    self.file = file
    budget = maximumBytes
    archive = try ZipArchive(bytes, name: file)
    entries = Dictionary(archive.entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let pickles = archive.entries.filter { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
    guard pickles.count == 1, let entry = pickles.first else {
      throw FormatError(
        file: file, found: "a zip archive with \(pickles.count) entries data.pkl", expected: "a file of torch.save's")
    }
    prefix = String(entry.name.dropLast("data.pkl".count))
    guard entries[prefix + "constants.pkl"] == nil else {
      throw FormatError(
        file: file, found: "a TorchScript program", expected: "weights",
        advice: "load it with torch.jit.load and save its state_dict()")
    }
    if let order = entries[prefix + "byteorder"] {
      let text = try archive.content(of: order, maximumBytes: 16).array()
      guard text == Array("little".utf8) else {
        throw FormatError(
          file: file, found: "byte order \(quoted(String(decoding: text, as: UTF8.self)))", expected: "'little'",
          advice: "save it again on a little-endian machine")
      }
    }
    pickle = try archive.content(of: entry, maximumBytes: Self.maximumPickleByteCount)
  }

  /// The bytes of a storage, checked against their checksum.
  mutating func storage(_ key: String) throws -> Bytes {
    guard let entry = entries["\(prefix)data/\(key)"] else {
      throw FormatError(
        file: file, found: "no entry \(quoted("\(prefix)data/\(key)"))", expected: "the numbers of a tensor there",
        advice: "the file is damaged")
    }
    guard entry.method != 0 else { return try archive.content(of: entry, maximumBytes: .max) }
    let content = try archive.content(of: entry, maximumBytes: budget)
    budget -= content.count
    return content
  }
}
