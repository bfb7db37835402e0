import Testing

@testable import Formats

/// Files that must not be read, each refused with its reason.
@Suite struct TorchRefusalTests {
  private func expectRefused(
    _ text: String, _ pickle: [UInt8], storages: [String: [UInt8]] = [:], others: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let bytes = try torchArchive(Pickle.start + pickle + Pickle.stop, storages: storages, others: others)
    expectFailure(text, sourceLocation: sourceLocation) { _ = try TorchFile(bytes, name: "sample") }
  }

  @Test(arguments: [
    ("system", "posix.system"), ("eval", "__builtin__.eval"), ("getattr", "__builtin__.getattr"),
  ])
  func codeIsRefusedByName(_ name: String, _ global: String) throws {
    for file in ["\(name).pth", "\(name)-legacy.pth"] {
      let path = try TorchSample.path("refused/\(file)")
      expectFailure(global, file: path) { _ = try TorchFile(path) }
    }
  }

  @Test(arguments: [
    ("network.pth", "torch.nn.modules.linear.Linear"), ("complex.pth", "torch.ComplexFloatStorage"),
    ("sparse.pth", "torch._utils._rebuild_sparse_tensor"), ("list.pth", "not a dictionary"),
    ("nothing.pth", "'epoch', 'loss'"), ("script.pth", "TorchScript"), ("pickle.pth", "magic number"),
  ])
  func whatHoldsNoWeightsIsRefused(_ name: String, _ reason: String) throws {
    let path = try TorchSample.path("refused/\(name)")
    expectFailure(reason, file: path) { _ = try TorchFile(path) }
  }

  @Test func namesByOtherInstructionsAreRefused() throws {
    let stackGlobal = Pickle.text("posix") + Pickle.text("system") + [0x93]
    try expectRefused("posix.system", stackGlobal)
    try expectRefused("os.system", Pickle.global("os", "system") + Pickle.tuple([Pickle.text("true")]) + [0x81])
    try expectRefused("0x69", [0x28, 0x69] + Array("os\nsystem\n".utf8))
    try expectRefused("0x6f", Pickle.mark + [0x6F])
    try expectRefused("0x82", [0x82, 1])
    try expectRefused("0x49", [0x49] + Array("1\n".utf8))
    try expectRefused("a call of something that is not a function", Pickle.text("os.system") + [0x29] + Pickle.reduce)
    try expectRefused("'module'", Pickle.tuple([Pickle.text("module")]) + [0x51])
  }

  @Test func bombsAreRefused() throws {
    let limit = PickleMachine<TorchUnpickler>.maximumInstructionCount
    try expectRefused("instructions", [UInt8](repeating: 0x5D, count: limit + 1))
    // A hundred thousand lists, each in the next: read without harm, and no weights.
    let depth = 100_000
    let nested = [UInt8](repeating: 0x5D, count: depth) + [UInt8](repeating: 0x61, count: depth - 1)
    try expectRefused("not a dictionary", nested)
    // A list that holds itself twice over, sixty times: 2^60 items for whoever spells them out.
    let doubling = [[UInt8]](repeating: [0x71, 0, 0x68, 0, 0x86], count: 60).flatMap(\.self)
    try expectRefused("not a dictionary", [0x29] + doubling)
    // Sets made of one large list again and again.
    let list = [0x5D] + Pickle.mark + [UInt8](repeating: 0x4E, count: 100_000) + [0x65, 0x71, 0]
    let copy = Pickle.global("builtins", "set") + [0x68, 0, 0x85] + Pickle.reduce + [0x30]
    try expectRefused("copied items", list + [[UInt8]](repeating: copy, count: 42).flatMap(\.self))
    try expectRefused("a length of 4294967295", [0x58, 0xFF, 0xFF, 0xFF, 0xFF])
    try expectRefused("a length of 9223372036854775807", [0x8D] + littleEndian(Int64.max))
    try expectRefused("a length of 18446744073709551615", [0x8E] + littleEndian(UInt64.max))
    try expectRefused("a length of -1", [0x8B] + littleEndian(Int32(-1)))
    try expectRefused("a length of 2147483647", [0x8B] + littleEndian(Int32.max))
  }

  @Test func damagedProgramsAreRefused() throws {
    try expectRefused("an empty stack", [0x30])
    try expectRefused("an empty stack", [0x4E] + Pickle.mark + [0x85])
    try expectRefused("no mark", [0x74])
    try expectRefused("an end with 2 values", [0x4E, 0x4E])
    try expectRefused("the memo's entry 7", [0x68, 7])
    try expectRefused("not a list", [0x7D, 0x4E, 0x61])
    try expectRefused("not a dictionary", [0x5D, 0x4E, 0x4E, 0x73])
    try expectRefused("not a dictionary", [0x7D] + Pickle.mark + [0x4E, 0x75])
    try expectRefused("pickle protocol 9", [0x80, 9])
    try expectRefused("not UTF-8", [0x58, 2, 0, 0, 0, 0xC3, 0x28])
    let endless = try torchArchive(Pickle.start + [0x4E])
    expectFailure("a length of 1", file: "sample") { _ = try TorchFile(endless, name: "sample") }
  }

  @Test func tensorsOutsideOfTheirStorageAreRefused() throws {
    let four = ["0": [UInt8](repeating: 0, count: 16)]
    func expect(
      _ text: String, shape: [Int], strides: [Int], offset: Int = 0, count: Int = 4,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let tensor = Pickle.tensor(shape: shape, strides: strides, offset: offset, count: count)
      try expectRefused(text, Pickle.dictionary([("a", tensor)]), storages: four, sourceLocation: sourceLocation)
    }
    try expect("inside of the storage", shape: [5], strides: [1])
    try expect("inside of the storage", shape: [2, 2], strides: [3, 1])
    try expect("inside of the storage", shape: [4], strides: [1], offset: 1)
    try expect("inside of the storage", shape: [2], strides: [.max])
    try expect("inside of the storage", shape: [3, 3], strides: [.max / 2, .max / 2], offset: 2)
    try expect("inside of the storage", shape: [1], strides: [1], offset: .max)
    try expect("negative", shape: [4], strides: [1], offset: -1)
    try expect("negative", shape: [-4], strides: [1])
    try expect("negative", shape: [4], strides: [-1])
    try expect("as many strides", shape: [4], strides: [])
    try expect("fit in memory", shape: [.max, 4], strides: [0, 0])
    try expect("not much larger", shape: [1 << 21], strides: [0])
    try expect("at least 32 bytes", shape: [8], strides: [1], count: 8)
    try expect("a storage of -4 elements", shape: [4], strides: [1], count: -4)
    try expect("a storage of \(Int.max) elements", shape: [4], strides: [1], count: .max)
    try expect("without storage, offset, sizes", shape: Array(repeating: 1, count: 65), strides: [])
  }

  @Test func archivesThatLieAreRefused() throws {
    let tensor = Pickle.tensor(shape: [4], strides: [1], count: 4)
    let pickle = Pickle.dictionary([("a", tensor)])
    let numbers = ["0": [UInt8](repeating: 0, count: 16)]
    try expectRefused("'x/data/0'", pickle)
    try expectRefused("byte order 'big'", pickle, storages: numbers, others: ["byteorder": "big"])
    try expectRefused("'a' twice", Pickle.dictionary([("a", tensor), ("a", tensor)]), storages: numbers)
    try expectRefused("2 entries data.pkl", pickle, storages: numbers, others: ["y/data.pkl": ""])

    var bytes = try torchArchive(Pickle.start + pickle + Pickle.stop, storages: numbers).array()
    #expect(throws: Never.self) { try TorchFile(Bytes(bytes), name: "sample") }
    let data = try #require(bytes.firstRange(of: Array("x/data/0".utf8))).lowerBound
    bytes[data + 8] ^= 1
    expectFailure("checksum", file: "sample") { _ = try TorchFile(Bytes(bytes), name: "sample") }
    bytes[data + 8] ^= 1
    let name = try #require(bytes.indices.last { bytes[$0...].starts(with: Array("x/data/0".utf8)) })
    let size = name - 46 + 24  // of the directory's entry
    #expect(bytes[size] == 16)
    bytes[size] = 17
    expectFailure("16 bytes; expected 17 bytes", file: "sample") { _ = try TorchFile(Bytes(bytes), name: "sample") }
  }

  @Test func decompressionIsBounded() throws {
    let bytes = try Bytes(TorchSample.bytes("refused/bomb.pth"))
    #expect(try TorchFile(bytes, name: "sample").names == ["weight"])
    expectFailure("at most 1048576 bytes") { _ = try TorchFile(bytes, name: "sample", maximumBytes: 1 << 20) }
    var lying = bytes.array()
    let name = try #require(lying.indices.last { lying[$0...].starts(with: Array("/data/0".utf8)) })
    let start = name - "zeros".utf8.count - 46
    lying.replaceSubrange(start + 24..<start + 28, with: [16, 0, 0, 0])
    expectFailure("more than 16 bytes") { _ = try TorchFile(Bytes(lying), name: "sample") }
  }

  @Test func legacyFilesThatLieAreRefused() throws {
    let bytes = try TorchSample.bytes("checkpoint-legacy.pth")
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: FormatError.self) { _ = try TorchFile(Bytes(Array(bytes.prefix(count))), name: "sample") }
    }
    expectFailure("cut short") { _ = try TorchFile(Bytes(Array(bytes.dropLast())), name: "sample") }
    let order = try #require(bytes.firstRange(of: Array("little_endian".utf8)))
    var big = bytes
    let flag = try #require(big[order.upperBound...].firstIndex(of: 0x88))
    big[flag] = 0x89
    expectFailure("big-endian") { _ = try TorchFile(Bytes(big), name: "sample") }
  }
}
