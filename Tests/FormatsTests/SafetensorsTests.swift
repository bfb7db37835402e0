import Foundation
import Testing

@testable import Formats

private func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> Bytes {
  Bytes(
    littleEndian(length ?? UInt64(header.utf8.count)) + Array(header.utf8)
      + [UInt8](repeating: 7, count: data))
}

private func expectRefused(
  _ text: String, _ bytes: Bytes, sourceLocation: SourceLocation = #_sourceLocation
) {
  expectFailure(text, sourceLocation: sourceLocation) { _ = try SafetensorsFile(bytes, name: "sample") }
}

private func tensor(
  _ name: String, _ shape: String, _ begin: String, _ end: String, type: String = "U8"
) -> String {
  "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(end)]}"
}

@Suite struct SafetensorsTests {
  @Test func writtenFilesReadBack() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.safetensors"
      let metadata = ["format": "pt", "quote\"\\\n": "é😀\u{1}"]
      let entries = try [
        SafetensorsWriter.Entry(name: "b.weight", StoredArray([Float(1), 2, 3, 4, 5, 6], shape: [2, 3])),
        SafetensorsWriter.Entry(name: "a", StoredArray([UInt8(9)], shape: [])),
        SafetensorsWriter.Entry(name: "empty", StoredArray([Double](), shape: [0, 4])),
        SafetensorsWriter.Entry(name: "ü\t", StoredArray([Int64(-1)])),
      ]
      try SafetensorsWriter.write(entries, metadata: metadata, to: path)
      let read = try SafetensorsFile(path)
      #expect(read.names == ["a", "b.weight", "empty", "ü\t"])
      #expect(read.metadata == metadata)
      #expect(try read.array(named: "b.weight").values() == [Float(1), 2, 3, 4, 5, 6])
      #expect(try read.array(named: "b.weight").shape == [2, 3])
      #expect(read["a"]?.shape == [])
      #expect(read["empty"]?.shape == [0, 4])
      #expect(try read.array(named: "ü\t").values() == [Int64(-1)])
      #expect(read["c"] == nil)
      expectFailure("no tensor 'c'", file: path) { _ = try read.array(named: "c") }

      let first = try Bytes.read(path).array()
      try SafetensorsWriter.write(entries.reversed(), metadata: metadata, to: path)
      #expect(try Bytes.read(path).array() == first)
      #expect(first[0] % 8 == 0)
    }
  }

  @Test func readingOutlivesReplacement() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.safetensors"
      try SafetensorsWriter.write([.init(name: "x", StoredArray([Float(1)]))], to: path)
      let old = try SafetensorsFile(path)
      try SafetensorsWriter.write([.init(name: "x", StoredArray([Float(2)]))], to: path)
      #expect(try old.array(named: "x").floats() == [1])
      #expect(try SafetensorsFile(path).array(named: "x").floats() == [2])
    }
  }

  @Test func bytesMayComeInPieces() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.safetensors"
      let pieces = SafetensorsWriter.Entry(name: "x", scalarType: .uint8, shape: [5]) { write in
        for piece in [[1, 2], [], [3, 4, 5]] as [[UInt8]] { try piece.withUnsafeBytes(write) }
      }
      let long = SafetensorsWriter.Entry(name: "x", scalarType: .uint8, shape: [5]) { write in
        for _ in 0..<2 { try ([1, 2, 3] as [UInt8]).withUnsafeBytes(write) }
      }
      try SafetensorsWriter.write([pieces], to: path)
      #expect(try SafetensorsFile(path).array(named: "x").values() == [1, 2, 3, 4, 5] as [UInt8])
      expectFailure("6 bytes", file: path) { try SafetensorsWriter.write([long], to: path) }
    }
  }

  @Test func writerRefusesWhatItCannotKeep() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.safetensors"
      try AtomicFile.write([1], to: path)
      let one = try SafetensorsWriter.Entry(name: "x", StoredArray([Float(1)]))
      let short = SafetensorsWriter.Entry(name: "y", scalarType: .float32, shape: [2]) { write in
        try [UInt8](repeating: 0, count: 4).withUnsafeBytes(write)
      }
      let silent = SafetensorsWriter.Entry(name: "z", scalarType: .uint8, shape: [2]) { _ in }
      expectFailure("'x'", file: path) { try SafetensorsWriter.write([one, one], to: path) }
      expectFailure("8 bytes", file: path) { try SafetensorsWriter.write([one, short], to: path) }
      expectFailure("0 bytes", file: path) { try SafetensorsWriter.write([silent], to: path) }
      #expect(try names(in: folder) == ["model.safetensors"])
      #expect(try Bytes.read(path).array() == [1])
    }
  }

  @Test func damagedLengthsAreRefused() {
    expectRefused("0 bytes", Bytes([]))
    expectRefused("7 bytes", Bytes([1, 0, 0, 0, 0, 0, 0]))
    expectRefused("header length of 18446744073709551615", file("{}", length: .max))
    expectRefused("header length of 100000001", file("{}", length: 100_000_001))
    expectRefused("a header of 3 bytes", file("{}", length: 3))
    expectRefused("the end of the header", file("{}", length: 0))
    expectRefused("the end of the header", file("{}", length: 1))
  }

  @Test func damagedSpansAreRefused() {
    let two = { (a: (Int, Int), b: (Int, Int)) in
      let first = tensor("a", "\(a.1 - a.0)", "\(a.0)", "\(a.1)")
      let second = tensor("b", "\(b.1 - b.0)", "\(b.0)", "\(b.1)")
      return "{\(first),\(second)}"
    }
    #expect(throws: Never.self) { try SafetensorsFile(file(two((4, 8), (0, 4)), data: 8), name: "sample") }
    expectRefused("overlap", file(two((0, 5), (4, 8)), data: 8))
    expectRefused("overlap", file(two((0, 4), (0, 4)), data: 4))
    expectRefused("holes", file(two((0, 3), (4, 8)), data: 8))
    expectRefused("inside the 7 bytes", file(two((0, 4), (4, 8)), data: 7))
    expectRefused("9 bytes of data", file(two((0, 4), (4, 8)), data: 9))
    expectRefused("inside the 4 bytes", file("{\(tensor("a", "4", "4", "0"))}", data: 4))
    expectRefused("fills its bytes", file("{\(tensor("a", "5", "0", "4"))}", data: 4))
    expectRefused("fills its bytes", file("{\(tensor("a", "4611686018427387904,4", "0", "0", type: "F32"))}"))
    expectRefused("number up to", file("{\(tensor("a", "99999999999999999999", "0", "4"))}", data: 4))
    expectRefused("not negative", file("{\(tensor("a", "-4", "0", "4"))}", data: 4))
    expectRefused("data_offsets [0]", file("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0]}}"))
  }

  @Test func damagedTextIsRefused() {
    let a = tensor("a", "1", "0", "1")
    expectRefused("twice", file("{\(a),\(tensor("a", "1", "1", "2"))}", data: 2))
    expectRefused("twice", file("{\(a),\(tensor("\\u0061", "1", "1", "2"))}", data: 2))
    expectRefused("twice", file("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}"))
    expectRefused("dtype 'F99'", file("{\(tensor("a", "1", "0", "1", type: "F99"))}", data: 1))
    expectRefused("dtype 'F8_E4M3'", file("{\(tensor("a", "1", "0", "1", type: "F8_E4M3"))}", data: 1))
    expectRefused("incomplete", file("{\"a\":{\"dtype\":\"U8\",\"shape\":[0]}}"))
    expectRefused("each once", file("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}"))
    expectRefused("the entry 'x'", file("{\"a\":{\"x\":1}}"))
    expectRefused("leading zeros", file("{\(tensor("a", "01", "0", "1"))}", data: 1))
    expectRefused("'.' at byte", file("{\(tensor("a", "1.0", "0", "1"))}", data: 1))
    expectRefused("end of the header", file("{\(a)} x", data: 1))
    expectRefused("'\"'", file("{\(a),}", data: 1))
    expectRefused("escaped", file("{\"a\n\":1}"))
    expectRefused("surrogate", file("{\"\\ud800x\":1}"))
    expectRefused("hexadecimal", file("{\"\\u12g4\":1}"))
    expectRefused("that JSON knows", file("{\"\\x\":1}"))
    expectRefused("closing quote", file("{\"abc"))
    expectRefused(
      "at most 64 sizes",
      file("{\(tensor("a", Array(repeating: "1", count: 65).joined(separator: ","), "0", "1"))}", data: 1))
    expectRefused("'{'", file(String(repeating: "[", count: 1000)))
    expectRefused(
      "UTF-8", Bytes(littleEndian(UInt64(5)) + Array("{\"".utf8) + [0xC3, 0x28] + Array("\"".utf8)))
  }

  @Test(.enabled(if: sharedDataExists("weights")))
  func publishedWeightsOpen() throws {
    let weights = try names(in: "\(sharedData)/weights").filter { $0.hasSuffix(".safetensors") }
    #expect(!weights.isEmpty)
    for name in weights {
      let file = try SafetensorsFile("\(sharedData)/weights/\(name)")
      #expect(file.metadata["license"] != nil)
      for tensor in file.names {
        #expect(try file.array(named: tensor).floats().allSatisfy(\.isFinite))
      }
    }
    let resnet = try SafetensorsFile("\(sharedData)/weights/cifar10_resnet20.safetensors")
    #expect(try resnet.array(named: "conv1.weight").shape == [16, 3, 3, 3])
  }
}
