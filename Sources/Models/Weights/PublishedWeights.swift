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
