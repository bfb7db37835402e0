/// The weights in an object that was saved: names and tensors.
struct StateDictionary {
  /// The keys under which training programs keep weights beside other things, the preferred first.
  static let wrappers = ["state_dict_ema", "model_ema", "state_dict", "model_state_dict", "model"]

  /// The key under which the weights lay; nil where the whole object is the weights.
  let wrapper: String?
  /// The tensors in the order of the file.
  private(set) var tensors: [(name: String, tensor: TorchTensor)] = []
  /// The names of what is not a tensor.
  private(set) var skipped: [String] = []

  private typealias Pairs = [(key: PickleValue, value: PickleValue)]

  /// Finds the weights.
  /// - Parameter wrapper: The key to look under; nil for the first of ``wrappers`` that holds tensors, or else the object itself.
  /// - Throws: ``FormatError`` where there are none, or a name comes twice.
  init(_ root: PickleValue, _ heap: PickleHeap<TorchUnpickler>, wrapper: String?, file: String) throws {
    guard let whole = heap.pairs(root) else {
      throw FormatError(
        file: file, found: "a saved object that is not a dictionary", expected: "a model's state_dict()")
    }
    func content(_ key: String) -> Pairs? {
      whole.last { Self.text($0.key) == key }.flatMap { heap.pairs($0.value) }
    }
    func holdsTensors(_ pairs: Pairs) -> Bool {
      pairs.contains { if case .native(.tensor) = heap.object($0.value) { true } else { false } }
    }
    let candidates = wrapper.map { [$0] } ?? Self.wrappers
    let key = candidates.first { content($0).map(holdsTensors) ?? false }
    guard let pairs = key.flatMap(content) ?? (wrapper == nil ? whole : nil), holdsTensors(pairs) else {
      let keys = whole.prefix(12).map { Self.text($0.key).map(quoted) ?? "…" }
      throw FormatError(
        file: file,
        found: "no tensors \(wrapper.map { "under \(quoted($0))" } ?? "where weights are usual"), "
          + "but the keys \(keys.joined(separator: ", "))\(whole.count > 12 ? ", …" : "")",
        expected: "a dictionary of names and tensors", advice: "name its key with --wrapper")
    }
    self.wrapper = key
    try collect(pairs, heap, file)
    stripParallelPrefix()
  }

  private mutating func collect(_ pairs: Pairs, _ heap: PickleHeap<TorchUnpickler>, _ file: String) throws {
    var names: Set<String> = []
    for (key, value) in pairs {
      guard let name = Self.text(key), case .native(.tensor(let tensor)) = heap.object(value) else {
        skipped.append(Self.text(key) ?? "a key that is not text")
        continue
      }
      guard names.insert(name).inserted else {
        throw FormatError(
          file: file, found: "the name \(quoted(name)) twice", expected: "each name once",
          advice: "the file is damaged")
      }
      tensors.append((name, tensor))
    }
  }

  /// `DataParallel` puts `module.` before every name.
  private mutating func stripParallelPrefix() {
    let prefix = "module."
    guard tensors.allSatisfy({ $0.name.hasPrefix(prefix) }) else { return }
    tensors = tensors.map { (String($0.name.dropFirst(prefix.count)), $0.tensor) }
  }

  private static func text(_ value: PickleValue) -> String? {
    if case .text(let text) = value { text } else { nil }
  }
}
