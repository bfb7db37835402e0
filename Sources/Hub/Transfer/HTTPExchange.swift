import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The head of an answer.
struct HTTPHead: Sendable {
  let status: Int
  /// By lower-case name.
  let headers: [String: String]
}

/// One request and its answer, whose body is taken piece by piece by the thread that asked.
///
/// Redirections are answers like others: who asked decides whether to follow, and what to tell the next server.
final class HTTPExchange {
  private let inbox = Inbox()
  private let session: URLSession
  private let task: URLSessionDataTask
  /// Where the request went.
  let address: URL
  /// The head of the answer.
  let head: HTTPHead

  /// Sends a request and waits for the head of the answer.
  /// - Throws: ``HTTPFailure`` where there is none.
  init(_ method: String, _ address: URL, headers: [String: String]) throws {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = 30
    configuration.urlCache = nil
    configuration.httpCookieStorage = nil
    session = URLSession(configuration: configuration, delegate: inbox, delegateQueue: nil)
    self.address = address
    var request = URLRequest(url: address)
    request.httpMethod = method
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    task = session.dataTask(with: request)
    task.resume()
    guard case .head(let head) = inbox.next() else {
      session.finishTasksAndInvalidate()
      throw HTTPFailure(address: address, reason: inbox.failure ?? "no answer")
    }
    self.head = head
    // A session must not be cancelled while it comes to terms with a redirection that is not followed.
    if method == "HEAD" || (300..<400).contains(head.status) { while try next() != nil {} }
  }

  deinit {
    if !inbox.isFinished { task.cancel() }
    session.finishTasksAndInvalidate()
  }

  /// The next piece of the body; nil at its end.
  /// - Throws: ``HTTPFailure`` where the connection broke.
  func next() throws -> Data? {
    switch inbox.next() {
    case .piece(let data): return data
    case .head, .end:
      if let reason = inbox.failure { throw HTTPFailure(address: address, reason: reason) }
      return nil
    }
  }
}

/// A request that was not answered to its end.
struct HTTPFailure: Error, CustomStringConvertible {
  let address: URL
  let reason: String
  var description: String { "no complete answer from \(address.host ?? "the hub"): \(reason)" }
}

/// What has come and was not taken yet.
///
/// The session's queue puts in, one thread takes out; the condition guards all that changes.
private final class Inbox: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  enum Item {
    case head(HTTPHead)
    case piece(Data)
    case end
  }

  private let condition = NSCondition()
  private var items: [Item] = []
  private var reason: String?
  private var hasHead = false
  private var hasEnd = false

  var failure: String? { condition.withLock { reason } }

  /// Whether the end has come, taken or not.
  var isFinished: Bool { condition.withLock { hasEnd } }

  /// Waits for the next item; the end stays.
  func next() -> Item {
    condition.withLock {
      while items.isEmpty { condition.wait() }
      if case .end = items[0] { return .end }
      return items.removeFirst()
    }
  }

  private func put(_ item: Item) {
    condition.withLock {
      items.append(item)
      condition.signal()
    }
  }

  private func putHead(_ response: HTTPURLResponse) {
    let isFirst = condition.withLock {
      defer { hasHead = true }
      return !hasHead
    }
    guard isFirst else { return }
    var headers: [String: String] = [:]
    for case (let name as String, let value as String) in response.allHeaderFields {
      headers[name.lowercased()] = value
    }
    put(.head(HTTPHead(status: response.statusCode, headers: headers)))
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    // Not every platform tells of a redirection again as the answer that it becomes when it is not followed.
    putHead(response)
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    if let response = response as? HTTPURLResponse { putHead(response) }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) { put(.piece(data)) }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    condition.withLock { (reason, hasEnd) = (error?.localizedDescription, true) }
    put(.end)
  }
}
