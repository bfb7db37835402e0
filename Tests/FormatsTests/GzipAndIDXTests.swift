import Testing

@testable import Formats

/// A gzip member with one stored block.
private func gzip(_ content: [UInt8]) -> [UInt8] {
  let size = UInt16(content.count)
  return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + littleEndian(size) + littleEndian(~size) + content
    + littleEndian(checksum(Bytes(content))) + littleEndian(UInt32(size))
}

@Suite struct GzipTests {
  private func decode(_ bytes: [UInt8], maximumBytes: Int = 1000) throws -> [UInt8] {
    try GzipFile.decode(Bytes(bytes), name: "sample", maximumBytes: maximumBytes).array()
  }

  @Test func membersAreJoined() throws {
    #expect(try decode(gzip([1, 2, 3])) == [1, 2, 3])
    #expect(try decode(gzip([1, 2]) + gzip([]) + gzip([3]) + [0, 0, 0]) == [1, 2, 3])
    #expect(try decode(gzip([])) == [])
  }

  @Test func limitsAreExact() throws {
    #expect(try decode(gzip([1, 2, 3]), maximumBytes: 3) == [1, 2, 3])
    #expect(try decode(gzip([1, 2, 3]), maximumBytes: .max) == [1, 2, 3])
    expectFailure("more than 2 bytes") { _ = try decode(gzip([1, 2, 3]), maximumBytes: 2) }
    expectFailure("more than") { _ = try decode(gzip([1, 2]) + gzip([3]), maximumBytes: 2) }
  }

  /// What a header promises is the most that is decompressed.
  @Test func moreThanTheHeaderSaysIsNotDecompressed() throws {
    let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 4]
    let bytes = gzip(labels + [UInt8](repeating: 0, count: 3_000))
    expectFailure("more than \(4 + 4 * 255 + 4) bytes") { _ = try IDXFile.decode(Bytes(bytes), name: "sample") }
    #expect(try IDXFile.decode(Bytes(gzip(labels + [1, 2, 3, 4])), name: "sample").integers() == [1, 2, 3, 4])
  }

  /// 10 GB of zeros in 10 MB would take seconds to expand; the limit stops it at once.
  @Test func bombsAreRefused() throws {
    // One deflate block of zeros in fixed codes: a literal, then matches of 258 bytes at distance 1.
    var bits: [UInt8] = [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    for _ in 0..<100_000 { bits += [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0] }
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    for start in stride(from: 0, to: bits.count - 8, by: 8) {
      bytes.append((0..<8).reduce(0) { $0 | bits[start + $1] << UInt8($1) })
    }
    expectFailure("more than 1000000 bytes") { _ = try decode(bytes, maximumBytes: 1_000_000) }
  }

  @Test func damageIsRefused() {
    let good = gzip([1, 2, 3])
    for count in 0..<good.count {
      #expect(throws: FormatError.self) { try decode([UInt8](good.prefix(count))) }
    }
    var wrong = good
    wrong[16] ^= 1
    expectFailure("incorrect data check") { _ = try decode(wrong) }
    expectFailure("the end of the file inside") { _ = try decode(good + [1]) }
  }
}

@Suite struct IDXTests {
  private func decode(_ bytes: [UInt8]) throws -> StoredArray {
    try IDXFile.decode(Bytes(bytes), name: "sample")
  }

  @Test func everyTypeReads() throws {
    let one = bigEndian(UInt32(1))
    #expect(try decode([0, 0, 8, 1] + one + [200]).floats() == [200])
    #expect(try decode([0, 0, 9, 1] + one + [200]).floats() == [-56])
    #expect(try decode([0, 0, 11, 1] + one + bigEndian(Int16(-2))).floats() == [-2])
    #expect(try decode([0, 0, 12, 1] + one + bigEndian(Int32(70_000))).floats() == [70_000])
    #expect(try decode([0, 0, 13, 1] + one + bigEndian(Float(1.5).bitPattern)).floats() == [1.5])
    #expect(try decode([0, 0, 14, 2] + one + one + bigEndian((2.5).bitPattern)).floats() == [2.5])
  }

  @Test func damageIsRefused() {
    let two = bigEndian(UInt32(2))
    let good = [0, 0, 8, 2] + two + two + [1, 2, 3, 4]
    for count in 0..<good.count {
      #expect(throws: FormatError.self) { try decode([UInt8](good.prefix(count))) }
      #expect(throws: FormatError.self) { try decode(gzip([UInt8](good.prefix(count)))) }
    }
    expectFailure("5 bytes") { _ = try decode(good + [5]) }
    expectFailure("two zeros") { _ = try decode([0, 1, 8, 1]) }
    expectFailure("IDX type 10") { _ = try decode([0, 0, 10, 1] + two + [1, 2]) }
    expectFailure("0 axes") { _ = try decode([0, 0, 8, 0, 1]) }
    expectFailure("fits in memory") {
      _ = try decode([0, 0, 8, 3] + [UInt8](repeating: 255, count: 12))
    }
  }

  @Test(.enabled(if: sharedDataExists("mnist-t10k")))
  func publishedDigitsRead() throws {
    let images = try IDXFile.read("\(sharedData)/mnist-t10k/t10k-images-idx3-ubyte.gz")
    let labels = try IDXFile.read("\(sharedData)/mnist-t10k/t10k-labels-idx1-ubyte.gz").integers()
    #expect(images.shape == [10_000, 28, 28])
    #expect(labels.prefix(8) == [7, 2, 1, 0, 4, 1, 4, 9])
    #expect(Set(labels) == Set(0..<10))
    expectFailure("more than 1000000 bytes", file: sharedData) {
      _ = try IDXFile.read("\(sharedData)/mnist-t10k/t10k-images-idx3-ubyte.gz", maximumBytes: 1_000_000)
    }
  }
}
