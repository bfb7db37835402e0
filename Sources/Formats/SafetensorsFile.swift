/// A safetensors file open for reading: named arrays, and metadata as text.
///
/// The file is mapped, and arrays are slices of the mapping: opening costs the header only. Everything
/// in the header is checked before the first array is handed out: names are distinct, types known, and
/// the arrays fill the file without overlap, holes or trailing bytes.
///
/// ```swift
/// let file = try SafetensorsFile("model.safetensors")
/// let weight = try file.array(named: "fc.weight").floats()
/// ```
///
/// The layout is an unsigned 64-bit little-endian header length, the header as JSON, and the data; see
/// <https://github.com/huggingface/safetensors>.
public struct SafetensorsFile: ArrayFile {
  /// The longest header that is read, as in the reference implementation.
  public static let maximumHeaderByteCount = 100_000_000

  /// The names of the arrays in the order of their bytes in the file.
  public let names: [String]
  /// The entries of `__metadata__`.
  public let metadata: [String: String]
  private let path: String
  private let arrays: [String: StoredArray]

  /// Opens a file.
  ///
  /// - Throws: ``FormatError`` if the file cannot be read or its header is not exactly right.
  public init(_ path: String) throws {
    try self.init(Bytes.map(path), name: path)
  }

  /// Opens a file whose bytes are at hand; `name` stands for it in errors.
  ///
  /// - Throws: ``FormatError`` if the header is not exactly right.
  public init(_ bytes: Bytes, name: String) throws {
    let lengthByteCount = 8
    guard bytes.count > lengthByteCount else {
      throw FormatError(
        file: name, found: "\(bytes.count) bytes", expected: "a safetensors file of at least 10 bytes",
        advice: "the file is cut short")
    }
    let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(Self.maximumHeaderByteCount) else {
      throw FormatError(
        file: name, found: "a header length of \(length) bytes",
        expected: "at most \(Self.maximumHeaderByteCount) bytes", advice: "this is not a safetensors file")
    }
    let headerEnd = lengthByteCount + Int(length)
    guard headerEnd <= bytes.count else {
      throw FormatError(
        file: name, found: "\(bytes.count) bytes", expected: "a header of \(length) bytes and the data",
        advice: "the file is cut short")
    }
    let data = bytes[headerEnd..<bytes.count]
    let header = try bytes[lengthByteCount..<headerEnd].withUnsafeBytes {
      try SafetensorsHeader($0, dataByteCount: data.count, file: name)
    }
    var arrays: [String: StoredArray] = [:]
    for tensor in header.tensors {
      arrays[tensor.name] = try StoredArray(
        scalarType: tensor.scalarType, shape: tensor.shape, bytes: data[tensor.span], name: name)
    }
    path = name
    names = header.tensors.map(\.name)
    metadata = header.metadata
    self.arrays = arrays
  }

  /// The array with this name, or nil.
  public subscript(name: String) -> StoredArray? { arrays[name] }

  /// The array with this name.
  ///
  /// - Throws: ``FormatError`` if the file has none.
  public func array(named name: String) throws -> StoredArray {
    guard let array = arrays[name] else {
      throw FormatError(
        file: path, found: "no tensor \(quoted(name))",
        expected:
          "one of its \(names.count) names, such as \(names.prefix(3).map(quoted).joined(separator: ", "))")
    }
    return array
  }
}
