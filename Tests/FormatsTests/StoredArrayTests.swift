import Foundation
import Testing

@testable import Formats

@Test func arraysConvertToFloatsFromEachType() throws {
  func floats(_ type: ScalarType, _ bytes: [UInt8]) throws -> [Float] {
    try StoredArray(scalarType: type, shape: [bytes.count / type.byteCount], bytes: Bytes(bytes)).floats()
  }
  #expect(
    try floats(.float16, littleEndian(UInt16(0x3C00)) + littleEndian(UInt16(0xC001))) == [1, -2.001_953_125])
  #expect(
    try floats(.float16, littleEndian(UInt16(0x0001)) + littleEndian(UInt16(0x83FF))) == [
      0x1p-24, -0x3FFp-24,
    ])
  #expect(try floats(.float16, littleEndian(UInt16(0xFC00)))[0] == -.infinity)
  #expect(try floats(.float16, littleEndian(UInt16(0x7E00)))[0].isNaN)
  #expect(try floats(.bfloat16, littleEndian(UInt16(0xBFC0))) == [-1.5])
  #expect(try floats(.float64, littleEndian((0.25).bitPattern)) == [0.25])
  #expect(try floats(.int16, littleEndian(Int16(-300))) == [-300])
  #expect(try floats(.uint64, littleEndian(UInt64(1) << 40)) == [0x1p40])
  #expect(try floats(.bool, [0, 1, 255]) == [0, 1, 1])
}

@Test func integersAreExactOrRefused() throws {
  #expect(try StoredArray([Int64.min, 5]).integers() == [.min, 5])
  #expect(throws: FormatError.self) { try StoredArray([UInt64.max]).integers() }
  expectFailure("float32; expected integers", file: "labels.npy") {
    _ = try StoredArray([Float(1)]).integers(name: "labels.npy")
  }
  #expect(throws: FormatError.self) { try StoredArray([Float(1)]).values(as: Double.self) }
}

@Test func shapesMustFillTheBytes() throws {
  #expect(try StoredArray([Float(1)], shape: []).count == 1)
  #expect(try StoredArray([Float](), shape: [3, 0, 1 << 40]).count == 0)
  #expect(throws: FormatError.self) { try StoredArray([Float](), shape: [3, 0, 1 << 40, 1 << 40]) }
  #expect(throws: FormatError.self) { try StoredArray([Float(1), 2], shape: [3]) }
  #expect(throws: FormatError.self) { try StoredArray([Float(1)], shape: [-1, -1]) }
  #expect(throws: FormatError.self) { try StoredArray([Float(1)], shape: [1 << 62, 4]) }
}

@Test func typeNamesRoundTrip() {
  for type in ScalarType.allCases {
    #expect(ScalarType(safetensorsName: type.safetensorsName) == type)
    #expect(type.numpyDescription.map { ScalarType(numpyDescription: $0) == type } ?? (type == .bfloat16))
  }
  #expect(ScalarType(numpyDescription: "<u1") == .uint8)
  #expect(ScalarType(numpyDescription: ">f4") == nil)
  #expect(ScalarType(numpyDescription: "") == nil)
}

@Test func errorsAreSafeToPrint() {
  #expect(quoted("a\u{1B}[31mb") == "'a\\u{1B}[31mb'")
  #expect(quoted(String(repeating: "x", count: 1000)).count == 103)
}

@Test func filesThatCannotBeReadAreNamed() throws {
  try withTemporaryFolder { folder in
    expectFailure("No such file", file: folder) { _ = try Bytes.read("\(folder)/absent") }
    expectFailure("folder", file: folder) { _ = try Bytes.map(folder) }
    expectFailure("device", file: "/dev/zero") { _ = try Bytes.read("/dev/zero") }
    try AtomicFile.write([1, 2, 3], to: "\(folder)/three")
    expectFailure("at most 2", file: folder) { _ = try Bytes.read("\(folder)/three", maximumBytes: 2) }
    #expect(try Bytes.map("\(folder)/three")[1..<3].array() == [2, 3])
  }
}

@Test func bytesAreCopiedFromMemoryAndFromFiles() throws {
  try withTemporaryFolder { folder in
    let (path, content) = ("\(folder)/six", [1, 2, 3, 4, 5, 6] as [UInt8])
    try AtomicFile.write(content, to: path)
    var copy: [UInt8] = [0, 0, 0]
    for bytes in [Bytes(content), try Bytes.map(path)] {
      copy = [0, 0, 0]
      try copy.withUnsafeMutableBytes { try bytes[2..<6][1..<4].copy(into: $0) }
      #expect(copy == [4, 5, 6])
    }
    let mapped = try Bytes.map(path)
    #expect(truncate(path, 5) == 0)
    expectFailure("fewer bytes than when it was opened", file: path) {
      try copy.withUnsafeMutableBytes { try mapped[3..<6].copy(into: $0) }
    }
  }
}
