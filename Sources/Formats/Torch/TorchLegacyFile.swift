/// The format of `torch.save` before version 1.6, and of `_use_new_zipfile_serialization=False` since: pickles of a magic
/// number, the protocol's version, facts on the machine, the object and the keys of its storages, then each storage as a 64-bit
/// count of elements and its bytes.
struct TorchLegacyFile {
  /// The saved object, and the objects it refers to.
  let root: PickleValue
  let heap: PickleHeap<TorchUnpickler>
  /// The bytes of each storage, by key.
  let storages: [String: Bytes]

  /// `0x1950a86a20f9469cfc6c`, lowest byte first.
  private static let magicNumber: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  private static let version = 1001
  private static let maximumPickleByteCount = 1 << 26

  private typealias Machine = PickleMachine<TorchUnpickler>

  /// Whether bytes begin with the pickle of the magic number.
  static func matches(_ bytes: Bytes) -> Bool {
    let start = bytes[0..<min(bytes.count, 64)]
    guard let (value, machine) = try? unpickle(start, from: 0, file: "") else { return false }
    return isMagicNumber(value, machine)
  }

  /// - Throws: ``FormatError`` for damaged files, and for names in the pickles that stand for no data.
  init(_ bytes: Bytes, name file: String) throws {
    func expect(_ condition: Bool, _ found: String, _ expected: String) throws {
      guard condition else { throw FormatError(file: file, found: found, expected: expected) }
    }
    var position = 0
    func next() throws -> (PickleValue, Machine) {
      let result = try Self.unpickle(bytes, from: position, file: file)
      position = result.1.position
      return result
    }
    let (magic, magicMachine) = try next()
    try expect(Self.isMagicNumber(magic, magicMachine), "no magic number", "a file of torch.save's")
    guard case (.integer(Self.version), _) = try next() else {
      throw FormatError(file: file, found: "another version of PyTorch's format", expected: "version \(Self.version)")
    }
    let (machineFacts, factsMachine) = try next()
    let order = factsMachine.heap.pairs(machineFacts)?.first { pair in
      if case .text("little_endian") = pair.key { true } else { false }
    }
    guard case .bool(true) = order?.value else {
      throw FormatError(
        file: file, found: "numbers in big-endian order", expected: "little-endian ones",
        advice: "save it again on a little-endian machine")
    }
    let (root, machine) = try next()
    let (keys, keysMachine) = try next()
    (self.root, heap) = (root, machine.heap)
    storages = try Self.storages(
      keys, keysMachine.heap, types: machine.host.storageTypes, in: bytes, from: position, file: file)
  }

  private static func unpickle(
    _ bytes: Bytes, from position: Int, file: String
  ) throws -> (PickleValue, Machine) {
    try bytes.withUnsafeBytes { buffer in
      let end = position + min(buffer.count - position, maximumPickleByteCount)
      var machine = Machine(
        UnsafeRawBufferPointer(rebasing: buffer[..<end]), from: position, file: file, host: TorchUnpickler(file: file))
      return (try machine.run(), machine)
    }
  }

  private static func isMagicNumber(_ value: PickleValue, _ machine: Machine) -> Bool {
    if case .largeInteger(magicNumber) = machine.heap.object(value) { true } else { false }
  }

  /// The storages that follow the pickles, in the order of their keys.
  private static func storages(
    _ keys: PickleValue, _ heap: PickleHeap<TorchUnpickler>, types: [String: ScalarType], in bytes: Bytes,
    from start: Int, file: String
  ) throws -> [String: Bytes] {
    var position = start
    var storages: [String: Bytes] = [:]
    for value in heap.items(keys) ?? [] {
      guard case .text(let key) = value, let type = types[key], storages[key] == nil else {
        throw FormatError(
          file: file, found: "a list with an unknown or repeated storage", expected: "each storage of its tensors once",
          advice: "the file is damaged")
      }
      let number = bytes.withUnsafeBytes { LittleEndianReader($0).uint64(at: position) }
      guard let number, let count = Int(exactly: number), let size = byteCount(of: [count], type),
        size <= bytes.count - position - 8
      else {
        throw FormatError(
          file: file,
          found: "storage \(quoted(key)) of \(number.map { "\($0)" } ?? "unknown many") elements at byte "
            + "\(position)", expected: "a storage inside of the \(bytes.count) bytes",
          advice: "the file is damaged or cut short")
      }
      position += 8
      storages[key] = bytes[position..<position + size]
      position += size
    }
    return storages
  }
}
