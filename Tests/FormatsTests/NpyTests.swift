import Testing

@testable import Formats

private func npy(_ header: String, version: UInt8 = 1, data: Int = 0) -> Bytes {
  let length =
    version == 1 ? littleEndian(UInt16(header.utf8.count)) : littleEndian(UInt32(header.utf8.count))
  return Bytes(
    [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8)
      + [UInt8](repeating: 1, count: data))
}

@Suite struct NpyTests {
  private func expectRefused(
    _ text: String, _ bytes: Bytes, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectFailure(text, sourceLocation: sourceLocation) { _ = try NpyFile.decode(bytes, name: "sample") }
  }

  @Test func everyVersionReads() throws {
    for version in UInt8(1)...3 {
      let bytes = npy(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }  \n", version: version, data: 24)
      let array = try NpyFile.decode(bytes, name: "sample")
      #expect(array.shape == [2, 3])
      #expect(array.scalarType == .float32)
    }
  }

  @Test func shapesOfEveryRankRead() throws {
    func shape(_ text: String, _ count: Int) throws -> [Int] {
      try NpyFile.decode(
        npy("{\"descr\": '|u1', 'shape': \(text), 'fortran_order': False}", data: count), name: ""
      )
      .shape
    }
    #expect(try shape("()", 1) == [])
    #expect(try shape("(4,)", 4) == [4])
    #expect(try shape("(2,0,5)", 0) == [2, 0, 5])
  }

  @Test func arraysRoundTrip() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/x.npy"
      for shape in [[6], [2, 3], [1, 1, 6]] {
        let array = try StoredArray([Int32](0..<6), shape: shape)
        try NpyFile.write(array, to: path)
        let read = try NpyFile.read(path)
        #expect(read.shape == shape)
        #expect(try read.values() == [Int32](0..<6))
        #expect(try Bytes.read(path).array() == NpyFile.encode(array))
        #expect((try Bytes.read(path).count - 24) % 64 == 0)
      }
      expectFailure("bfloat16", file: path) {
        try NpyFile.write(StoredArray(scalarType: .bfloat16, shape: [1], bytes: Bytes([0, 0])), to: path)
      }
    }
  }

  @Test func damagedFilesAreRefused() {
    let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
    expectRefused("other bytes", Bytes([]))
    expectRefused("other bytes", Bytes([UInt8](repeating: 0, count: 100)))
    expectRefused("7 bytes", npy(good, data: 7))
    expectRefused("9 bytes", npy(good, data: 9))
    expectRefused("version 4", npy(good, version: 4, data: 8))
    expectRefused(
      "a header of", Bytes([0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255] + Array(good.utf8)))
    expectRefused("a header of", Bytes([0x93] + Array("NUMPY".utf8) + [1, 0, 255, 0] + Array(good.utf8)))
    expectRefused(
      "ascontiguousarray", npy("{'descr': '<f4', 'fortran_order': True, 'shape': (1,2), }", data: 8))
    expectRefused("'>f4'", npy("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", data: 8))
    expectRefused("'|O'", npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", data: 8))
    expectRefused(
      "structured", npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", data: 8))
    expectRefused("True or False", npy("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }", data: 8))
    expectRefused("each once", npy("{'descr': '<f4', 'descr': '<f4', 'shape': (2,), }", data: 8))
    expectRefused("descr, fortran_order and shape", npy("{'descr': '<f4', 'shape': (2,), }", data: 8))
    expectRefused(
      "fits in memory", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}"))
    expectRefused("not negative", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}"))
    expectRefused("the end of the header", npy(good + "x", data: 8))
  }

  @Test(.enabled(if: sharedDataExists("avdigits")))
  func publishedArraysRead() throws {
    let images = try NpyFile.read("\(sharedData)/avdigits/test_image_u8.npy")
    #expect(images.scalarType == .uint8)
    #expect(images.shape == [300, 28, 28])
    let index = try NpyFile.read("\(sharedData)/cifar10-subset/test_2k_index.npy")
    #expect(index.shape == [2000])
  }
}

@Suite struct NpzTests {
  /// One array, deflated.
  private static let compressed = NpzSamples.compressed

  @Test func arraysRoundTrip() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/x.npz"
      try NpzFile.write(
        [("b", StoredArray([Float(1), 2])), ("a/ü", StoredArray([Int64(7)], shape: []))], to: path)
      let read = try NpzFile(path)
      #expect(read.names == ["b", "a/ü"])
      #expect(try read.array(named: "b").values() == [Float(1), 2])
      #expect(try read.array(named: "a/ü").shape == [])
      expectFailure("no array 'c'", file: path) { _ = try read.array(named: "c") }
      expectFailure("twice", file: path) {
        try NpzFile.write([("b", StoredArray([Float(1)])), ("b", StoredArray([Float(1)]))], to: path)
      }
    }
  }

  @Test func compressedArraysRead() throws {
    let file = try NpzFile(Bytes(Self.compressed), name: "sample")
    #expect(file.names == ["x"])
    let array = try file.array(named: "x")
    #expect(array.shape == [3, 100])
    #expect(try array.integers() == (0..<300).map { $0 / 50 })
    expectFailure("at most 700") { _ = try file.array(named: "x", maximumBytes: 700) }
  }

  @Test func everyTruncationIsRefused() {
    for count in 0..<Self.compressed.count {
      #expect(throws: FormatError.self) {
        try NpzFile(Bytes([UInt8](Self.compressed.prefix(count))), name: "sample")
      }
    }
  }

  @Test func damagedContentIsRefused() throws {
    for position in 60..<100 {
      var bytes = Self.compressed
      bytes[position] ^= 0x10
      #expect(throws: FormatError.self) {
        try NpzFile(Bytes(bytes), name: "sample").array(named: "x")
      }
    }
  }
}
