/// Writes safetensors files, one tensor after the other, without holding them all in memory.
///
/// Tensors are sorted by name and the header is padded with spaces to a multiple of eight bytes, so the
/// same tensors make the same file.
public enum SafetensorsWriter {
  /// One tensor to write.
  public struct Entry {
    let name: String
    let scalarType: ScalarType
    let shape: [Int]
    let withBytes: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

    /// A tensor whose bytes are lent when their turn comes.
    ///
    /// - Parameters:
    ///   - name: its name in the file.
    ///   - scalarType: the type of its numbers.
    ///   - shape: its sizes; `[]` for a single number.
    ///   - withBytes: calls its argument with the little-endian, row-major bytes, in one piece or in several that follow
    ///     each other.
    public init(
      name: String, scalarType: ScalarType, shape: [Int],
      withBytes: @escaping ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) {
      self.name = name
      self.scalarType = scalarType
      self.shape = shape
      self.withBytes = withBytes
    }

    /// A stored array under a name.
    public init(name: String, _ array: StoredArray) {
      self.init(name: name, scalarType: array.scalarType, shape: array.shape) { write in
        try array.withUnsafeBytes(write)
      }
    }
  }

  /// Writes a file atomically: the old file stays until the new one is complete on the disk.
  ///
  /// - Throws: ``FormatError`` if a name comes twice, a tensor's bytes do not fill its shape, or the file
  ///   cannot be written; in each case what was at `path` before is unchanged.
  public static func write(_ entries: [Entry], metadata: [String: String] = [:], to path: String) throws {
    let sorted = entries.sorted { precedes($0.name, $1.name) }
    let (header, sizes) = try header(sorted, metadata: metadata, path: path)
    try AtomicFile.write(to: path) { file in
      try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0) }
      try file.write(header)
      for (entry, size) in zip(sorted, sizes) {
        let start = file.byteCount
        try entry.withBytes { bytes in
          guard file.byteCount - start + bytes.count <= size else {
            throw wrongByteCount(entry, found: file.byteCount - start + bytes.count, expected: size, path)
          }
          try file.write(bytes)
        }
        guard file.byteCount - start == size else {
          throw wrongByteCount(entry, found: file.byteCount - start, expected: size, path)
        }
      }
    }
  }

  /// Writes the arrays of another file, one after the other, under the same names.
  ///
  /// - Throws: ``FormatError`` if the file cannot be written; what was at `path` before is unchanged.
  public static func write(copyOf file: some ArrayFile, metadata: [String: String] = [:], to path: String) throws {
    let entries = file.names.compactMap { name in
      file[name].map { array in
        // The array is asked for again when its turn comes: files may have to copy it out first.
        Entry(name: name, scalarType: array.scalarType, shape: array.shape) { write in
          try file[name]?.withUnsafeBytes(write)
        }
      }
    }
    try write(entries, metadata: metadata, to: path)
  }

  private static func wrongByteCount(
    _ entry: Entry, found: Int, expected: Int, _ path: String
  ) -> FormatError {
    FormatError(
      file: path, found: "\(found) bytes for tensor \(quoted(entry.name))",
      expected: "\(expected) bytes for shape \(entry.shape) of \(entry.scalarType)")
  }

  /// The order of the UTF-8 bytes, which is the same everywhere.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  private static func header(
    _ entries: [Entry], metadata: [String: String], path: String
  ) throws -> (text: [UInt8], sizes: [Int]) {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { precedes($0.key, $1.key) }.map { "\(json($0.key)):\(json($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var names: Set<String> = []
    var sizes: [Int] = []
    var offset = 0
    for entry in entries {
      guard names.insert(entry.name).inserted, entry.name != "__metadata__" else {
        throw FormatError(
          file: path, found: "the tensor name \(quoted(entry.name))",
          expected: "names that are distinct and not __metadata__")
      }
      guard let size = byteCount(of: entry.shape, entry.scalarType) else {
        throw FormatError(
          file: path, found: "shape \(entry.shape) of tensor \(quoted(entry.name))",
          expected: "sizes whose product fits in memory")
      }
      let (end, overflow) = offset.addingReportingOverflow(size)
      guard !overflow else {
        throw FormatError(file: path, found: "tensors of more than \(Int.max) bytes")
      }
      let shape = entry.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(json(entry.name)):{\"dtype\":\"\(entry.scalarType.safetensorsName)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      sizes.append(size)
      offset = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    guard text.count <= SafetensorsFile.maximumHeaderByteCount else {
      throw FormatError(
        file: path, found: "names and metadata of \(text.count) bytes",
        expected: "at most \(SafetensorsFile.maximumHeaderByteCount) bytes")
    }
    return (text, sizes)
  }

  private static func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
