import Formats

/// The arrays of a file under other names.
struct RenamedArrays: ArrayFile {
  /// The file.
  let source: any ArrayFile
  private var arrays: [String: StoredArray] = [:]
  /// Names of the source that were moved or dropped.
  private var taken: Set<String> = []
  private(set) var names: [String] = []

  /// No array yet of a file.
  init(_ source: any ArrayFile) { self.source = source }

  subscript(name: String) -> StoredArray? { arrays[name] }

  /// Gives an array of the file its new name; nothing where the file has no array of the old one.
  mutating func move(
    _ name: String, to own: String, _ change: (StoredArray) throws -> StoredArray = { $0 }
  ) throws {
    guard let array = source[name] else { return }
    taken.insert(name)
    add(try change(array), as: own)
  }

  /// Adds an array that the file does not have.
  mutating func add(_ array: StoredArray, as own: String) {
    if arrays.updateValue(array, forKey: own) == nil { names.append(own) }
  }

  /// Leaves out the arrays of a layer.
  mutating func drop(_ layer: String) { taken.formUnion(source.names.filter { $0.hasPrefix(layer + ".") }) }

  /// Adds the arrays that were neither moved nor dropped under the names they have, so that they are reported.
  mutating func keepOthers() {
    for name in source.names where !taken.contains(name) {
      if let array = source[name] { add(array, as: name) }
    }
  }
}

extension StoredArray {
  /// A matrix that was stored as the filters of a 1×1 convolution; other arrays as they are.
  func asMatrix() throws -> StoredArray {
    guard shape.count == 4, shape.suffix(2) == [1, 1] else { return self }
    return try StoredArray(scalarType: scalarType, shape: Array(shape.prefix(2)), bytes: bytes)
  }
}
