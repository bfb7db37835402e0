import Foundation

/// Loads the content of one file, going on after broken connections and ended processes, and checks size and digest.
struct Download {
  let file: HubFile
  let description: HubConnection.Description
  let connection: HubConnection
  /// Seconds before the first repetition; doubled each time.
  let retryDelay: Double
  /// Bytes that are asked for at a time: what has come and was not written yet lies in memory.
  let partBytes: Int

  /// How often in a row a connection may fail without a byte that was not there before.
  private static let maximumFailures = 5

  /// Loads what is missing.
  /// - Throws: ``HubError`` where the file is not to be had, or is not what the hub promised.
  func run(into partial: PartialFile, progress: (Int) -> Void) throws {
    let total = description.byteCount
    if partial.byteCount > total { try partial.clear() }
    var digest = ContentDigest(etag: description.etag, byteCount: total)
    try partial.forEachPiece { digest?.update($0) }
    progress(partial.byteCount)
    var (failures, reached) = (0, partial.byteCount)
    while partial.byteCount < total {
      do {
        try load(into: partial, &digest, progress)
      } catch let failure as HTTPFailure {
        failures = partial.byteCount > reached ? 0 : failures + 1
        reached = max(reached, partial.byteCount)
        guard failures < Self.maximumFailures else {
          throw HubError(
            "\(failure); \(partial.byteCount) of \(total) bytes are kept, and the next fetch goes on from there")
        }
        Thread.sleep(forTimeInterval: retryDelay * Double(1 << failures))
      }
    }
    guard let found = digest?.text, found != description.etag else { return }
    partial.discard()
    throw HubError(
      "\(file.repository)/\(file.path): the digest is \(found); expected \(description.etag), as the hub says; the download "
        + "is thrown away, fetch it again")
  }

  /// Loads the next part over one connection, to its end or until it breaks.
  private func load(
    into partial: PartialFile, _ digest: inout ContentDigest?, _ progress: (Int) -> Void
  ) throws {
    let (start, total) = (partial.byteCount, description.byteCount)
    var end = min(start + partBytes, total)
    let exchange = try connection.content(of: file, bytes: start..<end, total: total)
    if !continues(exchange.head, at: start) {
      // The server sends the whole file, or cannot go on from here.
      try partial.clear()
      digest = ContentDigest(etag: description.etag, byteCount: total)
      guard exchange.head.status == 200 else {
        throw HTTPFailure(address: exchange.address, reason: "status \(exchange.head.status) for byte \(start)")
      }
      end = total
    }
    while let piece = try exchange.next() {
      guard piece.count <= total - partial.byteCount else {
        partial.discard()
        throw HubError("\(file.repository)/\(file.path): more bytes came than the \(total) promised")
      }
      try piece.withUnsafeBytes { bytes in
        try partial.append(bytes)
        digest?.update(bytes)
      }
      progress(partial.byteCount)
    }
    guard partial.byteCount >= end else {
      throw HTTPFailure(
        address: exchange.address, reason: "the connection ended after \(partial.byteCount) of \(total) bytes")
    }
  }

  private func continues(_ head: HTTPHead, at start: Int) -> Bool {
    head.status == 206 && head.headers["content-range"]?.hasPrefix("bytes \(start)-") == true
  }
}
