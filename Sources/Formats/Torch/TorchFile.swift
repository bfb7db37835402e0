/// The weights in a file of PyTorch's `torch.save`: a `state_dict()`, alone or in the checkpoint of a training program.
///
/// Such a file is a pickle, a program that can run any code when Python loads it. Here nothing runs: the pickle may build tensors
/// and plain containers, and a file that names anything else is refused with that name. Options and optimiser states beside the
/// weights are passed over.
///
/// Both formats are read: the zip archive of version 1.6 and later, and the one before. The file is mapped. A tensor whose
/// elements lie in row-major order is a slice of the mapping; others are copied when they are asked for.
///
/// ```swift
/// let file = try TorchFile("resnet18-f37072fd.pth")
/// let weight = file["fc.weight"]?.floats()
/// ```
public struct TorchFile: ArrayFile {
  /// The most bytes that compressed entries may grow to; PyTorch compresses none.
  public static let defaultMaximumBytes = 1 << 32

  /// The names of the tensors in the order of the file, without the prefix `module.` of parallel training.
  public let names: [String]
  /// The key under which the weights lay; nil where they are the whole file.
  public let wrapper: String?
  /// The names beside the tensors whose values are none.
  public let skipped: [String]
  private let tensors: [String: TorchTensor]
  private let storages: [String: Bytes]

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: its path.
  ///   - wrapper: the key under which the weights lie. By default the first that holds tensors of `state_dict_ema`, `model_ema`,
  ///     `state_dict`, `model_state_dict` and `model`, or else the whole file.
  /// - Throws: ``FormatError`` if the file cannot be read, is damaged, has no weights, or names what is not data.
  public init(_ path: String, wrapper: String? = nil) throws {
    try self.init(Bytes.map(path), name: path, wrapper: wrapper)
  }

  /// Opens a file whose bytes are at hand; `name` stands for it in errors.
  ///
  /// - Throws: ``FormatError`` as above, or if compressed entries grow beyond `maximumBytes`.
  public init(
    _ bytes: Bytes, name: String, wrapper: String? = nil, maximumBytes: Int = defaultMaximumBytes
  ) throws {
    let dictionary: StateDictionary
    if bytes[0..<min(bytes.count, 4)].array() == TorchArchive.signature {
      var archive = try TorchArchive(bytes, name: name, maximumBytes: maximumBytes)
      dictionary = try archive.pickle.withUnsafeBytes { buffer in
        var machine = PickleMachine(buffer, file: name, host: TorchUnpickler(file: name))
        let root = try machine.run()
        return try StateDictionary(root, machine.heap, wrapper: wrapper, file: name)
      }
      var storages: [String: Bytes] = [:]
      for (_, tensor) in dictionary.tensors where storages[tensor.storage.key] == nil {
        storages[tensor.storage.key] = try archive.storage(tensor.storage.key)
      }
      self.storages = storages
    } else {
      let file = try TorchLegacyFile(bytes, name: name)
      dictionary = try StateDictionary(file.root, file.heap, wrapper: wrapper, file: name)
      storages = file.storages
    }
    for (tensorName, tensor) in dictionary.tensors {
      let storage = tensor.storage
      guard let found = storages[storage.key]?.count, storage.end <= found else {
        throw FormatError(
          file: name,
          found: "storage \(quoted(storage.key)) of \(storages[storage.key]?.count ?? 0) bytes, where tensor "
            + "\(quoted(tensorName)) lies",
          expected: "at least \(storage.end) bytes", advice: "the file is damaged or cut short")
      }
    }
    names = dictionary.tensors.map(\.name)
    tensors = Dictionary(uniqueKeysWithValues: dictionary.tensors.map { ($0.name, $0.tensor) })
    (self.wrapper, skipped) = (dictionary.wrapper, dictionary.skipped)
  }

  /// Whether bytes begin as one of PyTorch's files does.
  static func matches(_ bytes: Bytes) -> Bool {
    bytes[0..<min(bytes.count, 4)].array() == TorchArchive.signature || TorchLegacyFile.matches(bytes)
  }

  /// The array with this name, or nil.
  public subscript(name: String) -> StoredArray? {
    guard let tensor = tensors[name], let storage = storages[tensor.storage.key] else { return nil }
    // Shapes and bytes were checked on opening.
    return try? StoredArray(
      scalarType: tensor.scalarType, shape: tensor.shape, bytes: tensor.elements(in: storage), name: name)
  }
}
