import Formats
import NeuralNet

/// A network whose weights are published under other names than its own, too.
protocol RenamingLayer: Layer {
  /// The arrays of a file under this network's names; the file itself where it has none of the other names.
  func renaming(_ file: any ArrayFile) throws -> any ArrayFile
}

extension Model {
  /// Copies published weights into the network; other publishers' names are told by the file's contents.
  ///
  /// Everything is checked first; nothing is changed unless all fits.
  /// - Throws: `LoadError` with every missing and unexpected name and every wrong shape.
  @discardableResult
  public func load(
    _ file: some ArrayFile, from path: String, policy: LoadPolicy = LoadPolicy()
  ) throws -> LoadReport {
    let own = try (network as? any RenamingLayer)?.renaming(file) ?? file
    return try network.load(own, from: path, policy: policy)
  }
}

/// Arrays under other names than in their file.
struct RenamedArrays: ArrayFile {
  private(set) var names: [String] = []
  private var arrays: [String: StoredArray] = [:]

  subscript(name: String) -> StoredArray? {
    get { arrays[name] }
    set {
      if arrays[name] == nil && newValue != nil { names.append(name) }
      arrays[name] = newValue
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
