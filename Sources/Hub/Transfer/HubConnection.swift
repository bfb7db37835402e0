import Foundation

/// Requests to the hub: who may see the token, where redirections lead, what refusals mean.
struct HubConnection {
  private let environment: HubEnvironment
  private static let maximumRedirections = 5
  /// No file is larger.
  private static let maximumBytes = 1 << 50

  init(_ environment: HubEnvironment) { self.environment = environment }

  /// What the hub tells of a file before it is loaded.
  struct Description {
    let commit: String
    /// Names the content; for large files their SHA-256.
    let etag: String
    let byteCount: Int
  }

  /// Asks for the facts on a file.
  /// - Throws: ``HubError`` where there is no such file or it is not to be had; `HTTPFailure`.
  func describe(_ file: HubFile) throws -> Description {
    var address = file.address(at: environment.endpoint)
    for _ in 0...Self.maximumRedirections {
      let head = try HTTPExchange("HEAD", address, headers: headers(for: address)).head
      // The hub redirects to where large files lie; what it says about them stands in the redirection itself.
      if (300..<400).contains(head.status), head.headers["x-repo-commit"] == nil,
        let next = target(head, from: address), isHub(next)
      {
        address = next
        continue
      }
      guard (200..<400).contains(head.status) else { throw refusal(head, file) }
      guard let commit = head.headers["x-repo-commit"], ContentDigest.isHexadecimal(commit, count: 40),
        let etag = (head.headers["x-linked-etag"] ?? head.headers["etag"]).flatMap(Self.plainTag),
        let size = (head.headers["x-linked-size"] ?? head.headers["content-length"]).flatMap(Int.init),
        (0...Self.maximumBytes).contains(size)
      else {
        throw HubError(
          "\(environment.endpoint) answered without commit, ETag and size of \(file.path); is HF_ENDPOINT a hub?")
      }
      return Description(commit: commit, etag: etag, byteCount: size)
    }
    throw HubError("\(environment.endpoint) redirects in a circle")
  }

  /// Asks for some bytes of a file, wherever that leads.
  /// - Parameter total: the bytes of the file.
  /// - Throws: ``HubError`` for refusals; `HTTPFailure`.
  func content(of file: HubFile, bytes: Range<Int>, total: Int) throws -> HTTPExchange {
    var address = file.address(at: environment.endpoint)
    for _ in 0...Self.maximumRedirections {
      var headers = headers(for: address)
      if bytes.count < total { headers["Range"] = "bytes=\(bytes.lowerBound)-\(bytes.upperBound - 1)" }
      let exchange = try HTTPExchange("GET", address, headers: headers)
      switch exchange.head.status {
      case 200, 206, 416: return exchange
      case 300..<400:
        guard let next = target(exchange.head, from: address) else { throw refusal(exchange.head, file) }
        address = next
      case 429, 500...:
        throw HTTPFailure(address: address, reason: "status \(exchange.head.status)")
      default: throw refusal(exchange.head, file)
      }
    }
    throw HubError("\(environment.endpoint) redirects in a circle")
  }

  /// The token goes to the hub itself only, not to where it redirects.
  private func headers(for address: URL) -> [String: String] {
    var headers = ["User-Agent": "martlet"]
    if let token = environment.token, isHub(address) { headers["Authorization"] = "Bearer \(token)" }
    return headers
  }

  private func isHub(_ address: URL) -> Bool {
    let hub = environment.endpoint
    return address.scheme?.lowercased() == hub.scheme?.lowercased()
      && address.host?.lowercased() == hub.host?.lowercased() && address.port == hub.port
  }

  /// Where a redirection leads; nil where that is no address of the web, or less safe than this one.
  private func target(_ head: HTTPHead, from address: URL) -> URL? {
    guard let location = head.headers["location"], let next = URL(string: location, relativeTo: address)?.absoluteURL,
      let scheme = next.scheme?.lowercased(), scheme == "https" || (scheme == "http" && address.scheme == "http")
    else { return nil }
    return next
  }

  /// An ETag without quotes and mark of weakness; nil if it could not be the name of a file.
  private static func plainTag(_ text: String) -> String? {
    let tag = (text.hasPrefix("W/") ? text.dropFirst(2) : text[...]).filter { $0 != "\"" }
    let isPlain = tag.utf8.allSatisfy { byte in
      switch UnicodeScalar(byte) {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
      default: false
      }
    }
    return isPlain && (1...128).contains(tag.utf8.count) ? String(tag) : nil
  }

  private func refusal(_ head: HTTPHead, _ file: HubFile) -> HubError {
    let what = "\(file.repository) at \(environment.endpoint)"
    let hint = environment.token == nil ? "set HF_TOKEN to a token that may read it" : "HF_TOKEN may not read it"
    return switch (head.status, head.headers["x-error-code"]) {
    case (_, "GatedRepo"): HubError("\(what) asks for its conditions to be accepted on its page; then \(hint)")
    case (404, "EntryNotFound"): HubError("\(what) has no file \(file.path) at revision \(file.revision) (404)")
    case (404, "RevisionNotFound"): HubError("\(what) has no revision \(file.revision) (404)")
    case (401, _), (403, _): HubError("\(what) is not there or not open to you (\(head.status)); \(hint)")
    case (404, _): HubError("\(what) or its file \(file.path) does not exist (404)")
    case (let status, _): HubError("\(what) answered with status \(status) for \(file.path)")
    }
  }
}
