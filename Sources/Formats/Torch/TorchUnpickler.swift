/// What PyTorch's pickles may build: tensors, which are views of storages outside of the pickle, and plain containers.
struct TorchUnpickler: PickleHost {
  typealias Heap = PickleHeap<TorchUnpickler>

  /// An object that means something for weights.
  enum Native {
    case storage(TorchStorage)
    case tensor(TorchTensor)
  }

  let file: String
  /// The type under which each storage was named first, by key.
  private(set) var storageTypes: [String: ScalarType] = [:]

  /// Items that calls copied. Copies are the one way in which a short pickle could make much.
  private var copiedItemCount = 0
  private static let maximumCopiedItemCount = 1 << 22

  init(file: String) { self.file = file }

  func global(named name: PickleName) throws -> TorchGlobal {
    if let global = TorchGlobal(name) { return global }
    throw FormatError(
      file: file, found: "\(quoted(name.description)) in its pickle", expected: "tensors and plain containers only",
      advice: name.module.hasPrefix("torch")
        ? "save the model's state_dict() alone, with plain tensors"
        : "PyTorch would run it on loading: save the model's state_dict() alone, or do not trust the file")
  }

  mutating func call(
    _ global: TorchGlobal, _ arguments: [PickleValue], _ heap: inout Heap
  ) throws -> PickleValue {
    switch global {
    case .dictionary: return try dictionary(arguments, &heap)
    case .sequence:
      let items = arguments.first.flatMap { heap.items($0) } ?? []
      try count(items.count)
      return heap.add(.list(items))
    case .opaque: return heap.add(.opaque)
    case .tensor, .untypedTensor: return try tensor(arguments, &heap, isUntyped: global.isUntyped)
    case .parameter:
      guard let value = arguments.first, case .native(.tensor) = heap.object(value) else {
        throw damaged("a parameter without a tensor")
      }
      return value
    case .attributedTensor:
      guard arguments.count == 4, case .global(let maker) = heap.object(arguments[0]), maker.makesTensor,
        case .global = heap.object(arguments[1]), let inner = heap.items(arguments[2])
      else { throw damaged("a tensor with attributes of an unknown kind") }
      return try call(maker, inner, &heap)
    case .storage, .scalarType: throw damaged("a storage or type made inside of the pickle")
    }
  }

  /// An empty dictionary, or one with the given pairs.
  private mutating func dictionary(_ arguments: [PickleValue], _ heap: inout Heap) throws -> PickleValue {
    let items = arguments.first.flatMap { heap.items($0) } ?? []
    try count(items.count)
    let pairs = try items.map { item in
      guard let pair = heap.items(item), pair.count == 2 else {
        throw damaged("a dictionary of something else than pairs")
      }
      return (key: pair[0], value: pair[1])
    }
    return heap.add(.dictionary(pairs))
  }

  private mutating func count(_ items: Int) throws {
    copiedItemCount += items
    guard copiedItemCount <= Self.maximumCopiedItemCount else {
      throw FormatError(
        file: file, found: "more than \(Self.maximumCopiedItemCount) copied items in its pickle",
        expected: "at most that many", advice: "do not trust the file")
    }
  }

  private func tensor(_ arguments: [PickleValue], _ heap: inout Heap, isUntyped: Bool) throws -> PickleValue {
    guard arguments.count >= (isUntyped ? 7 : 4), case .native(.storage(let storage)) = heap.object(arguments[0]),
      case .integer(let offset) = arguments[1], let shape = sizes(arguments[2], heap),
      let strides = sizes(arguments[3], heap)
    else { throw damaged("a tensor without storage, offset, sizes and strides") }
    var scalarType = storage.scalarType
    if isUntyped {
      guard case .global(.scalarType(let type)) = heap.object(arguments[6]) else {
        throw damaged("a tensor without type")
      }
      scalarType = type
    }
    return heap.add(
      .native(
        .tensor(
          try TorchTensor(
            storage, scalarType: scalarType, shape: shape, strides: strides, offset: offset, file: file))))
  }

  private func sizes(_ value: PickleValue, _ heap: Heap) -> [Int]? {
    guard let items = heap.items(value), items.count <= TorchTensor.maximumRank else { return nil }
    let sizes = items.compactMap { if case .integer(let size) = $0 { size } else { nil } }
    return sizes.count == items.count ? sizes : nil
  }

  /// `("storage", type, key, device, element count)`; in the legacy format a view may follow, as `(key, offset, count)`.
  mutating func persistentObject(_ identifier: PickleValue, _ heap: inout Heap) throws -> PickleValue {
    guard let fields = heap.items(identifier), case .text(let kind) = fields.first else {
      throw damaged("a reference that is not a tuple")
    }
    guard kind == "storage", (5...6).contains(fields.count), case .global(.storage(let type)) = heap.object(fields[1]),
      case .text(let key) = fields[2], case .integer(let count) = fields[4]
    else {
      throw FormatError(
        file: file, found: "a reference to a \(quoted(kind))", expected: "references to storages",
        advice: "save the model's state_dict() alone")
    }
    let scalarType = type ?? .uint8
    var (start, size) = (0, count)
    if fields.count == 6, let view = heap.items(fields[5]) {
      guard view.count == 3, case .integer(let offset) = view[1], case .integer(let viewCount) = view[2] else {
        throw damaged("a view that is not a key, an offset and a count")
      }
      (start, size) = (offset, viewCount)
    }
    guard let total = byteCount(of: [count], scalarType), let startByte = byteCount(of: [start], scalarType),
      let bytes = byteCount(of: [size], scalarType), startByte <= total, bytes <= total - startByte
    else { throw damaged("a storage of \(count) elements, viewed at \(start) for \(size)") }
    if storageTypes[key] == nil { storageTypes[key] = scalarType }
    return heap.add(
      .native(.storage(TorchStorage(key: key, scalarType: scalarType, start: startByte, byteCount: bytes))))
  }

  private func damaged(_ found: String) -> FormatError {
    FormatError(file: file, found: found, expected: "what PyTorch writes", advice: "the file is damaged")
  }
}

extension TorchGlobal {
  fileprivate var isUntyped: Bool { if case .untypedTensor = self { true } else { false } }

  fileprivate var makesTensor: Bool {
    switch self {
    case .tensor, .untypedTensor: true
    default: false
    }
  }
}
