import Testing

@testable import Formats

/// Files of PyTorch 2.13: Tests/References/torch_files.py says what is in them.
@Suite struct TorchFileTests {
  private func ramp(_ count: Int) -> [Float] { (0..<count).map(Float.init) }

  private func array(_ file: some ArrayFile, _ name: String) throws -> StoredArray {
    try #require(file[name], "\(name)")
  }

  @Test(arguments: ["plain.pth", "legacy.pth"]) func tensorsAreReadAsTheyLie(_ name: String) throws {
    let file = try TorchFile(TorchSample.path(name))
    #expect(file.wrapper == nil)
    #expect(file.skipped.isEmpty)
    let expected: [(name: String, shape: [Int], values: [Float])] = [
      ("contiguous", [2, 3], ramp(6)), ("scalar", [], [7.5]), ("empty", [0, 4], []), ("base", [4, 6], ramp(24)),
      ("transposed", [6, 4], (0..<6).flatMap { column in (0..<4).map { Float($0 * 6 + column) } }),
      ("column", [4], [2, 8, 14, 20]), ("window", [2, 2], [7, 9, 13, 15]), ("expanded", [2, 3], [1, 1, 1, 2, 2, 2]),
      ("parameter", [3], ramp(3)), ("channels_last", [1, 2, 2, 2], ramp(8)),
    ]
    for (name, shape, values) in expected {
      let array = try array(file, name)
      #expect(array.scalarType == .float32)
      #expect(array.shape == shape, "\(name)")
      #expect(array.floats() == values, "\(name)")
    }
  }

  @Test(arguments: ["plain.pth", "legacy.pth"]) func allTypesAreRead(_ name: String) throws {
    let file = try TorchFile(TorchSample.path(name))
    let types: [ScalarType] = [.float16, .bfloat16, .float64, .int8, .int16, .int32, .int64, .uint8, .bool]
    for type in types {
      let array = try array(file, type.rawValue)
      #expect(array.scalarType == type)
      #expect(array.floats() == (type == .bool ? [0, 1, 1] : [0, 1, 2]), "\(type)")
    }
  }

  @Test func typesWithoutStorageClassAreRead() throws {
    let file = try TorchFile(TorchSample.path("plain.pth"))
    #expect(try array(file, "uint16").values() == [UInt16(0), 1, 65535])
  }

  @Test func laterProtocolsAreRead() throws {
    #expect(try array(TorchFile(TorchSample.path("protocol5.pth")), "weight").floats() == ramp(6))
  }

  @Test(arguments: ["checkpoint.pth.tar", "checkpoint-legacy.pth", "deflated.pth"])
  func weightsAreFoundInCheckpoints(_ name: String) throws {
    let path = try TorchSample.path(name)
    let averaged = try TorchFile(path)
    #expect(averaged.wrapper == "state_dict_ema")
    #expect(
      averaged.names == [
        "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked",
      ])
    #expect(try array(averaged, "0.weight").floats() == ramp(6).map { $0 * 2 })
    let plain = try TorchFile(path, wrapper: "state_dict")
    #expect(plain.wrapper == "state_dict")
    #expect(try array(plain, "0.weight").floats() == ramp(6))
    #expect(try array(plain, "1.num_batches_tracked").values() == [Int64(1)])
    expectFailure("'optimizer'", file: path) { _ = try TorchFile(path, wrapper: "optimizer") }
    expectFailure("'epoch', 'arch', 'state_dict'", file: path) { _ = try TorchFile(path, wrapper: "net") }
  }

  @Test func contiguousTensorsShareTheFile() throws {
    let bytes = try Bytes(TorchSample.bytes("plain.pth"))
    let file = try TorchFile(bytes, name: "sample")
    let (whole, row) = (try array(file, "base"), try array(file, "base"))
    let start = bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    for array in [whole, row] {
      let address = array.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
      #expect(address > start && address < start + UInt(bytes.count))
    }
  }

  @Test func theFormatIsKnownByTheContents() throws {
    #expect(try WeightFile(TorchSample.path("checkpoint.pth.tar")).format == .torch)
    #expect(try WeightFile(TorchSample.path("legacy.pth")).format == .torch)
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.pth"
      try SafetensorsWriter.write(copyOf: WeightFile(TorchSample.path("plain.pth")), metadata: ["a": "b"], to: path)
      let file = try WeightFile(path)
      #expect(file.format == .safetensors)
      #expect(file.metadata == ["a": "b"])
      #expect(try array(file, "window").floats() == [7, 9, 13, 15])
      #expect(file.names.count == 20)
      expectFailure("wrapper", file: path) { _ = try WeightFile(path, wrapper: "model") }
      try AtomicFile.write(Array("hello, world".utf8), to: path)
      expectFailure("neither safetensors nor", file: path) { _ = try WeightFile(path) }
      try AtomicFile.write([], to: path)
      expectFailure("empty", file: path) { _ = try WeightFile(path) }
    }
  }
}
