/// Weights that somebody published for one of Martlet's models.
public struct PublishedWeights: Sendable, Hashable {
  /// The name as in timm: model and tag, such as `resnet18.a1_in1k`.
  public let name: String
  /// The registered model that they fit.
  public let model: String
  /// Where they lie on the hub.
  public let repository: String
  /// The file in the repository.
  public let file: String
  /// The key in the file under which the weights lie that the authors evaluate; nil where that is not in question.
  public let wrapper: String?
  /// The number of classes they tell apart.
  public let classes: Int
  /// The licence by its SPDX identifier in lower case; nil where the publisher's configuration states none.
  public let licence: String?
  /// The publication of the architecture.
  public let source: String

  /// The weights with a name.
  /// - Throws: ``HubError`` that lists names like it.
  public static func named(_ name: String) throws -> PublishedWeights {
    if let match = all.first(where: { $0.name == name }) { return match }
    let stem = name.prefix { $0 != "." }
    let similar = all.filter { $0.model == stem || $0.name.hasPrefix(stem) }.map(\.name)
    throw HubError(
      "there are no known weights \"\(name)\"; "
        + (similar.isEmpty ? "martlet weights lists the known ones" : "known are \(similar.joined(separator: ", "))"))
  }

  /// The file on the hub.
  /// - Throws: ``HubError`` for a revision that is no name.
  public func file(revision: String = "main") throws -> HubFile {
    try HubFile(repository: repository, path: file, revision: revision)
  }
}
