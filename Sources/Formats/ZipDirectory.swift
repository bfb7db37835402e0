/// Finds and scans the central directory of a zip archive.
struct ZipDirectory {
  private let buffer: UnsafeRawBufferPointer
  private let reader: LittleEndianReader
  private let file: String

  init(buffer: UnsafeRawBufferPointer, file: String) {
    self.buffer = buffer
    reader = LittleEndianReader(buffer)
    self.file = file
  }

  /// The entries in the order of the directory.
  func entries() throws -> [ZipArchive.Entry] {
    let (start, end, count) = try locate()
    var entries: [ZipArchive.Entry] = []
    var position = start
    while position < end {
      entries.append(try entry(at: &position, end: end))
    }
    guard position == end, entries.count == count else {
      throw damaged("\(entries.count) entries in the directory", "\(count)")
    }
    return entries
  }

  private func locate() throws -> (start: Int, end: Int, count: Int) {
    let recordByteCount = 22
    let maximumCommentByteCount = 65535
    let last = buffer.count - recordByteCount
    let first = max(0, last - maximumCommentByteCount)
    guard last >= 0,
      let record = (first...last).last(where: {
        reader.uint32(at: $0) == 0x0605_4B50
          && reader.uint16(at: $0 + 20).map(Int.init) == buffer.count - $0 - recordByteCount
      }),
      let count = reader.uint16(at: record + 10), let size = reader.uint32(at: record + 12),
      let start = reader.uint32(at: record + 16)
    else { throw damaged("no directory at the end of the file", "a zip archive") }
    if count == .max || size == .max || start == .max, let wide = try locateZip64(before: record) {
      return wide
    }
    return try checked(start: UInt64(start), size: UInt64(size), count: UInt64(count), limit: record)
  }

  private func locateZip64(before record: Int) throws -> (start: Int, end: Int, count: Int)? {
    let locator = record - 20
    guard reader.uint32(at: locator) == 0x0706_4B50 else { return nil }
    guard let offset = reader.uint64(at: locator + 8).flatMap(Int.init(exactly:)), offset < locator,
      reader.uint32(at: offset) == 0x0606_4B50, let count = reader.uint64(at: offset + 32),
      let size = reader.uint64(at: offset + 40), let start = reader.uint64(at: offset + 48)
    else { throw damaged("no zip64 directory where it should be", "one") }
    return try checked(start: start, size: size, count: count, limit: offset)
  }

  private func checked(
    start: UInt64, size: UInt64, count: UInt64, limit: Int
  ) throws -> (start: Int, end: Int, count: Int) {
    guard let start = Int(exactly: start), let size = Int(exactly: size), let count = Int(exactly: count),
      start <= limit, size <= limit - start
    else { throw damaged("a directory outside of the file", "one inside") }
    return (start, start + size, count)
  }

  private func entry(at position: inout Int, end: Int) throws -> ZipArchive.Entry {
    let headerByteCount = 46
    guard reader.uint32(at: position) == 0x0201_4B50, let flags = reader.uint16(at: position + 8),
      let method = reader.uint16(at: position + 10), let checksum = reader.uint32(at: position + 16),
      let compressed = reader.uint32(at: position + 20), let size = reader.uint32(at: position + 24),
      let nameByteCount = reader.uint16(at: position + 28),
      let extraByteCount = reader.uint16(at: position + 30),
      let commentByteCount = reader.uint16(at: position + 32), let offset = reader.uint32(at: position + 42)
    else { throw damaged("a broken directory entry", "a complete one") }
    let nameStart = position + headerByteCount
    let extraStart = nameStart + Int(nameByteCount)
    let extraEnd = extraStart + Int(extraByteCount)
    position = extraEnd + Int(commentByteCount)
    guard position <= end else { throw damaged("a directory entry that is cut short", "a complete one") }
    guard let name = String(validating: buffer[nameStart..<extraStart], as: UTF8.self) else {
      throw damaged("a name that is not UTF-8", "one that is")
    }
    guard flags & 1 == 0 else {
      throw FormatError(
        file: file, found: "the encrypted entry \(quoted(name))", expected: "entries without encryption")
    }
    var wide = WideFields(reader: reader, position: extraStart, end: extraEnd)
    guard let byteCount = wide.widened(size), let compressedByteCount = wide.widened(compressed),
      let headerOffset = wide.widened(offset), compressedByteCount <= buffer.count,
      headerOffset < buffer.count
    else { throw damaged("sizes outside of the file for \(quoted(name))", "sizes inside") }
    return ZipArchive.Entry(
      name: name, method: method, checksum: checksum, compressedByteCount: compressedByteCount,
      byteCount: byteCount, headerOffset: headerOffset)
  }

  private func damaged(_ found: String, _ expected: String) -> FormatError {
    FormatError(
      file: file, found: found, expected: expected, advice: "the archive is damaged or cut short")
  }
}

/// The zip64 extra field, which holds the 64-bit value of each 32-bit field that is all ones, in order.
private struct WideFields {
  private let reader: LittleEndianReader
  private var position: Int
  private var end: Int

  init(reader: LittleEndianReader, position: Int, end: Int) {
    self.reader = reader
    self.position = end
    self.end = end
    var field = position
    while field + 4 <= end, let kind = reader.uint16(at: field), let size = reader.uint16(at: field + 2) {
      let next = field + 4 + Int(size)
      if kind == 1, next <= end {
        self.position = field + 4
        self.end = next
        return
      }
      field = next
    }
  }

  /// The value itself, or the next 64-bit value if it is all ones; nil if that is missing or too large.
  mutating func widened(_ value: UInt32) -> Int? {
    guard value == .max else { return Int(value) }
    guard position + 8 <= end else { return nil }
    defer { position += 8 }
    return reader.uint64(at: position).flatMap(Int.init(exactly:))
  }
}
