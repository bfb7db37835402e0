import Foundation

/// One file of a repository on the hub.
public struct HubFile: Sendable, Hashable {
  /// Such as `timm/resnet18.a1_in1k`.
  public let repository: String
  /// The path inside of the repository.
  public let path: String
  /// A branch, a tag or a commit.
  public let revision: String

  /// - Throws: ``HubError`` for names that the hub cannot have, or that would leave the folder of the cache.
  public init(repository: String, path: String, revision: String = "main") throws {
    let parts = repository.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy(Self.isName), !repository.contains("--") else {
      throw HubError("\"\(repository)\" is no repository of the hub; expected OWNER/NAME")
    }
    for (what, text) in [("file", path), ("revision", revision)] {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard !text.isEmpty, text.utf8.count <= 255,
        parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
        text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
      else { throw HubError("\"\(text)\" is no \(what) of a repository") }
    }
    (self.repository, self.path, self.revision) = (repository, path, revision)
  }

  private static func isName(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.count <= 96 && text.first != "." && text.first != "-"
      && text.utf8.allSatisfy { byte in
        switch UnicodeScalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
        default: false
        }
      }
  }

  /// Whether the revision is a commit, whose files never change.
  var isPinned: Bool { ContentDigest.isHexadecimal(revision, count: 40) }

  /// `ENDPOINT/REPOSITORY/resolve/REVISION/PATH`.
  func address(at endpoint: URL) -> URL {
    endpoint.appending(path: repository).appending(path: "resolve")
      .appending(component: revision).appending(path: path)
  }
}
