/// NumPy's `.npz` files: zip archives of `.npy` arrays.
public struct NpzFile: Sendable {
  /// The names of the arrays, without `.npy`, in the order of the archive.
  public let names: [String]
  private let path: String
  private let archive: ZipArchive
  private let entries: [String: ZipArchive.Entry]

  /// Opens a file.
  ///
  /// - Throws: ``FormatError`` if the file cannot be read or is not a sound zip archive.
  public init(_ path: String) throws {
    try self.init(Bytes.map(path), name: path)
  }

  /// Opens a file whose bytes are at hand; `name` stands for it in errors.
  ///
  /// - Throws: ``FormatError`` if the bytes are not a sound zip archive.
  public init(_ bytes: Bytes, name: String) throws {
    path = name
    archive = try ZipArchive(bytes, name: name)
    var names: [String] = []
    var entries: [String: ZipArchive.Entry] = [:]
    for entry in archive.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      names.append(name)
      entries[name] = entry
    }
    self.names = names
    self.entries = entries
  }

  /// Reads one array, decompressing it if need be.
  ///
  /// - Throws: ``FormatError`` if there is none of this name, it is damaged, fails its checksum, or takes
  ///   more than `maximumBytes`.
  public func array(named name: String, maximumBytes: Int = GzipFile.defaultMaximumBytes) throws
    -> StoredArray
  {
    guard let entry = entries[name] else {
      throw FormatError(
        file: path, found: "no array \(quoted(name))",
        expected:
          "one of its \(names.count) names, such as \(names.prefix(3).map(quoted).joined(separator: ", "))")
    }
    let content = try archive.content(of: entry, maximumBytes: maximumBytes)
    return try NpyFile.decode(content, name: "\(path)[\(entry.name)]")
  }

  /// Writes arrays atomically, without compression, sorted as given.
  ///
  /// - Throws: ``FormatError`` if a name comes twice, an array is bfloat16, the file would reach 4 GiB, or
  ///   it cannot be written.
  public static func write(_ arrays: [(name: String, array: StoredArray)], to path: String) throws {
    guard Set(arrays.map(\.name)).count == arrays.count else {
      throw FormatError(file: path, found: "an array name twice", expected: "distinct names")
    }
    try AtomicFile.write(to: path) { file in
      var zip = ZipWriter(file: file, path: path)
      for (name, array) in arrays {
        try zip.append(NpyFile.encode(array), name: name + ".npy")
      }
      try zip.finish()
    }
  }
}
