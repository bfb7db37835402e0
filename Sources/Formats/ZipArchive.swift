import CZlib

/// A zip archive open for reading: stored and deflated entries, with zip64 sizes.
///
/// See <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>.
struct ZipArchive {
  struct Entry {
    let name: String
    let method: UInt16
    let checksum: UInt32
    let compressedByteCount: Int
    let byteCount: Int
    let headerOffset: Int
  }

  let entries: [Entry]
  private let bytes: Bytes
  private let file: String

  /// Reads the directory at the end of the archive.
  init(_ bytes: Bytes, name: String) throws {
    self.bytes = bytes
    file = name
    entries = try bytes.withUnsafeBytes { try ZipDirectory(buffer: $0, file: name).entries() }
    var names: Set<String> = []
    for entry in entries {
      guard names.insert(entry.name).inserted else {
        throw FormatError(
          file: name, found: "the entry \(quoted(entry.name)) twice", expected: "each name once",
          advice: "write the archive again with distinct names")
      }
    }
  }

  /// The content of an entry, checked against its checksum. Stored entries share the archive's bytes.
  func content(of entry: Entry, maximumBytes: Int) throws -> Bytes {
    let name = "\(file)[\(entry.name)]"
    guard entry.byteCount <= maximumBytes else {
      throw FormatError(
        file: name, found: "\(entry.byteCount) bytes", expected: "at most \(maximumBytes) bytes",
        advice: "raise the limit if you trust the file")
    }
    let data = try compressedData(of: entry, name: name)
    let content: Bytes
    switch entry.method {
    case 0:
      content = data
    case 8:
      var output: [UInt8] = []
      let consumed = try data.withUnsafeBytes {
        try inflate($0, .raw, maximumBytes: entry.byteCount, name: name, into: &output)
      }
      guard consumed == data.count else {
        throw damaged(name, "compressed data of \(consumed) bytes", "\(data.count) bytes")
      }
      content = Bytes(output)
    default:
      throw FormatError(
        file: name, found: "compression method \(entry.method)", expected: "stored or deflated",
        advice: "write it again with one of these")
    }
    guard content.count == entry.byteCount else {
      throw damaged(name, "\(content.count) bytes", "\(entry.byteCount) bytes")
    }
    guard checksum(content) == entry.checksum else {
      throw damaged(name, "a wrong checksum", "the CRC-32 of the directory")
    }
    return content
  }

  private func compressedData(of entry: Entry, name: String) throws -> Bytes {
    let localHeaderByteCount = 30
    let start: Int? = bytes.withUnsafeBytes { buffer in
      let reader = LittleEndianReader(buffer)
      guard reader.uint32(at: entry.headerOffset) == 0x0403_4B50,
        let flags = reader.uint16(at: entry.headerOffset + 6), flags & 1 == 0,
        let nameByteCount = reader.uint16(at: entry.headerOffset + 26),
        let extraByteCount = reader.uint16(at: entry.headerOffset + 28)
      else { return nil }
      return entry.headerOffset + localHeaderByteCount + Int(nameByteCount) + Int(extraByteCount)
    }
    guard let start, start <= bytes.count, entry.compressedByteCount <= bytes.count - start else {
      throw damaged(name, "no readable entry at byte \(entry.headerOffset)", "an unencrypted entry")
    }
    return bytes[start..<start + entry.compressedByteCount]
  }

  private func damaged(_ name: String, _ found: String, _ expected: String) -> FormatError {
    FormatError(file: name, found: found, expected: expected, advice: "the archive is damaged")
  }
}

/// The CRC-32 that zip, gzip and PNG use.
func checksum(_ bytes: Bytes) -> UInt32 {
  bytes.withUnsafeBytes { UInt32(crc32_z(0, $0.bindMemory(to: UInt8.self).baseAddress, $0.count)) }
}

/// Little-endian numbers at offsets that may lie outside of the buffer.
struct LittleEndianReader {
  private let buffer: UnsafeRawBufferPointer

  init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

  func uint16(at offset: Int) -> UInt16? { load(UInt16.self, at: offset).map(UInt16.init(littleEndian:)) }
  func uint32(at offset: Int) -> UInt32? { load(UInt32.self, at: offset).map(UInt32.init(littleEndian:)) }
  func uint64(at offset: Int) -> UInt64? { load(UInt64.self, at: offset).map(UInt64.init(littleEndian:)) }

  private func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, at offset: Int
  ) -> Number? {
    guard offset >= 0, offset <= buffer.count - MemoryLayout<Number>.size else { return nil }
    return buffer.loadUnaligned(fromByteOffset: offset, as: Number.self)
  }
}
