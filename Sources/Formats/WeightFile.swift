/// A file of weights in any format that is read: safetensors, or PyTorch's own.
///
/// The format is recognised by the contents, so the ending of the name does not matter (`.pth.tar` is no tar archive).
public struct WeightFile: ArrayFile {
  /// How the weights are stored.
  public enum Format: String, Sendable {
    case safetensors
    case torch
  }

  /// How the weights are stored.
  public let format: Format
  /// The key under which the weights lay in a checkpoint of PyTorch's; nil where they are the whole file.
  public let wrapper: String?
  /// Text beside the arrays, which only safetensors has.
  public let metadata: [String: String]
  private let file: any ArrayFile

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: its path.
  ///   - wrapper: the key under which the weights lie in a checkpoint of PyTorch's; see ``TorchFile``.
  /// - Throws: ``FormatError`` if the file cannot be read or is not sound.
  public init(_ path: String, wrapper: String? = nil) throws {
    try self.init(Bytes.map(path), name: path, wrapper: wrapper)
  }

  /// Opens a file whose bytes are at hand; `name` stands for it in errors.
  ///
  /// - Throws: ``FormatError`` if the file is not sound.
  public init(_ bytes: Bytes, name: String, wrapper: String? = nil) throws {
    if Self.isSafetensors(bytes) {
      guard wrapper == nil else {
        throw FormatError(
          file: name, found: "a safetensors file, which has no wrappers", expected: "a file of PyTorch's for --wrapper")
      }
      let file = try SafetensorsFile(bytes, name: name)
      (self.file, metadata, self.wrapper, format) = (file, file.metadata, nil, .safetensors)
    } else if TorchFile.matches(bytes) {
      let file = try TorchFile(bytes, name: name, wrapper: wrapper)
      (self.file, metadata, self.wrapper, format) = (file, [:], file.wrapper, .torch)
    } else {
      throw FormatError(
        file: name, found: "neither safetensors nor a file of torch.save's",
        expected: "weights in one of these formats",
        advice: bytes.count == 0 ? "the file is empty" : "the file is damaged or of another kind")
    }
  }

  /// A header in braces follows the eight bytes of its length.
  private static func isSafetensors(_ bytes: Bytes) -> Bool {
    bytes.count > 8 && bytes[8..<9].array() == [UInt8(ascii: "{")]
  }

  /// The names of the arrays.
  public var names: [String] { file.names }

  /// The array with this name, or nil.
  public subscript(name: String) -> StoredArray? { file[name] }
}
