import Crypto
import Foundation
import Synchronization
import TestSupport

@testable import Hub

/// A hub on this machine with one large file, which it redirects to a second server, and one small one.
final class HubFixture: Sendable {
  static let commit = String(repeating: "0123456789abcdef", count: 3).prefix(40).description
  static let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
  static let smallContent = Array("{\"license\":\"mit\"}\n".utf8)
  static let repository = "someone/model.tag"
  static let token = "hf_secret"

  /// What the second server does with the next requests, in order; afterwards it sends what was asked for.
  enum Behaviour: Sendable {
    case cut(after: Int)
    case status(Int)
    case wholeFile
    /// The first ten bytes as a part, whatever was asked for.
    case sameAgain
    case otherContent
  }

  let files: LoopbackServer
  let hub: LoopbackServer
  let folder: String

  init(_ behaviours: [Behaviour] = []) throws {
    let queue = Queue(behaviours)
    files = try LoopbackServer { Self.file($0, queue.next()) }
    let target = files.address
    hub = try LoopbackServer { Self.answer($0, target) }
    folder = FileManager.default.temporaryDirectory.appending(path: "hub-\(UUID().uuidString)").path
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private final class Queue: Sendable {
    private let behaviours: Mutex<[Behaviour]>
    init(_ behaviours: [Behaviour]) { self.behaviours = Mutex(behaviours) }
    func next() -> Behaviour? { behaviours.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
  }

  static var digest: String { SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined() }

  static var smallDigest: String {
    let blob = Array("blob \(smallContent.count)\0".utf8) + smallContent
    return Insecure.SHA1.hash(data: blob).map { String(format: "%02x", $0) }.joined()
  }

  private static func answer(_ request: LoopbackServer.Request, _ target: String) -> LoopbackServer.Response {
    let base = "/\(repository)/resolve/"
    for revision in ["main", commit, "refs%2Fpr%2F1"] where request.path.hasPrefix(base + revision + "/") {
      switch request.path.dropFirst((base + revision + "/").count) {
      case "model.safetensors", "folder/deep.bin":
        return .init(
          302,
          headers: [
            "Location": "\(target)/store/\(digest)", "X-Repo-Commit": commit, "X-Linked-Etag": "\"\(digest)\"",
            "X-Linked-Size": "\(content.count)",
          ])
      case "config.json":
        return .init(headers: ["X-Repo-Commit": commit, "ETag": "\"\(smallDigest)\""], body: smallContent)
      case "moved.json":
        return .init(307, headers: ["Location": "\(base)\(revision)/config.json"])
      default: return .init(404, headers: ["X-Error-Code": "EntryNotFound"])
      }
    }
    if request.path.hasPrefix(base) { return .init(404, headers: ["X-Error-Code": "RevisionNotFound"]) }
    if request.path.hasPrefix("/someone/closed") {
      return .init(request.headers["authorization"] == "Bearer \(token)" ? 404 : 401)
    }
    return .init(401, headers: ["X-Error-Code": "RepoNotFound"])
  }

  private static func file(_ request: LoopbackServer.Request, _ behaviour: Behaviour?) -> LoopbackServer.Response {
    var response = LoopbackServer.Response(body: content)
    if let match = request.headers["range"]?.wholeMatch(of: /bytes=([0-9]+)-([0-9]+)/), let start = Int(match.1),
      let last = Int(match.2)
    {
      response = .init(
        206, headers: ["Content-Range": "bytes \(start)-\(last)/\(content.count)"], body: Array(content[start...last]))
    }
    switch behaviour {
    case .cut(let count): response.cut = count
    case .status(let status): return .init(status)
    case .wholeFile: return .init(body: content)
    case .sameAgain:
      return .init(
        206, headers: ["Content-Range": "bytes 0-9/\(content.count)"], body: Array(content.prefix(10)))
    case .otherContent: response.body = response.body.map { ~$0 }
    case nil: break
    }
    return response
  }

  func environment(token: String? = nil) throws -> HubEnvironment {
    var variables = ["HF_ENDPOINT": hub.address, "HF_HUB_CACHE": folder]
    variables["HF_TOKEN"] = token
    return try HubEnvironment(variables)
  }

  func client(token: String? = nil, partBytes: Int = 1 << 20) throws -> HubClient {
    HubClient(try environment(token: token), retryDelay: 0.01, partBytes: partBytes)
  }

  func file(_ path: String = "model.safetensors", revision: String = "main") throws -> HubFile {
    try HubFile(repository: Self.repository, path: path, revision: revision)
  }

  var blobs: String { "\(folder)/models--someone--model.tag/blobs" }
}
