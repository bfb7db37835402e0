import Foundation

/// A file of the hub that is on this machine.
public struct FetchedFile: Sendable {
  /// Where it is.
  public let path: String
  /// The commit that it belongs to.
  public let commit: String
  /// Whether it was here before.
  public let wasCached: Bool
}

/// Fetches files from the hub into the cache that the Hugging Face tools share.
///
/// Each file is checked against the size and the digest that the hub tells. A download that was cut or killed goes on where it
/// stopped.
public struct HubClient: Sendable {
  private let environment: HubEnvironment
  private let retryDelay: Double
  private let partBytes: Int

  /// - Parameters:
  ///   - retryDelay: Seconds before a broken connection is tried again the first time.
  ///   - partBytes: How much is asked for at a time, and with it the memory that a download takes.
  public init(_ environment: HubEnvironment, retryDelay: Double = 1, partBytes: Int = 32 << 20) {
    (self.environment, self.retryDelay, self.partBytes) = (environment, retryDelay, partBytes)
  }

  /// The file, if it is in the cache; the network is not used.
  public func cached(_ file: HubFile) -> FetchedFile? {
    let cache = HubCache(environment.cache, repository: file.repository)
    guard let commit = cache.commit(of: file), let path = cache.snapshot(file, commit: commit) else { return nil }
    return FetchedFile(path: path, commit: commit, wasCached: true)
  }

  /// The file from the cache, or else from the hub.
  ///
  /// - Parameters:
  ///   - file: which.
  ///   - updates: whether to ask the hub for a newer commit of the revision even if the file is in the cache.
  ///   - progress: called with the bytes that are there and the bytes of the whole file.
  /// - Throws: ``HubError`` where the file is not to be had or is not what the hub promised; `FormatError` where the cache
  ///   cannot be written.
  public func fetch(
    _ file: HubFile, updates: Bool = false, progress: (_ loaded: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> FetchedFile {
    if !updates, let cached = cached(file) { return cached }
    guard !environment.isOffline else {
      throw HubError("\(file.repository)/\(file.path) is not in \(environment.cache), and HF_HUB_OFFLINE is set")
    }
    let connection = HubConnection(environment)
    let description: HubConnection.Description
    do {
      description = try connection.describe(file)
    } catch let failure as HTTPFailure {
      throw HubError("\(failure); check the network, or set HF_ENDPOINT to a mirror of the hub")
    }
    let cache = HubCache(environment.cache, repository: file.repository)
    try cache.prepare()
    let blob = cache.blob(description.etag)
    let isThere = FileManager.default.fileExists(atPath: blob)
    if !isThere {
      let partial = try PartialFile(blob + ".incomplete")
      try Download(
        file: file, description: description, connection: connection, retryDelay: retryDelay, partBytes: partBytes
      )
      .run(into: partial) { progress($0, description.byteCount) }
      try partial.publish(as: blob)
    }
    let path = try cache.link(file, commit: description.commit, etag: description.etag)
    return FetchedFile(path: path, commit: description.commit, wasCached: isThere)
  }
}
