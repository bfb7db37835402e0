import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A small HTTP server on this machine for tests: one request a connection, answered by a closure.
public final class LoopbackServer: Sendable {
  /// What came.
  public struct Request: Sendable {
    public let method: String
    /// The path with its percent escapes.
    public let path: String
    /// By lower-case name.
    public let headers: [String: String]
  }

  /// What goes back.
  public struct Response: Sendable {
    public var status: Int
    public var headers: [String: String]
    public var body: [UInt8]
    /// After how many bytes of the body the connection breaks; nil for never.
    public var cut: Int?

    public init(_ status: Int = 200, headers: [String: String] = [:], body: [UInt8] = [], cut: Int? = nil) {
      (self.status, self.headers, self.body, self.cut) = (status, headers, body, cut)
    }
  }

  /// The port that the system chose.
  public let port: UInt16
  private let listener: CInt
  private let seen = Mutex<[Request]>([])

  /// The requests so far.
  public var requests: [Request] { seen.withLock { $0 } }

  /// Where the server answers, such as `http://127.0.0.1:40123`.
  public var address: String { "http://127.0.0.1:\(port)" }

  /// Starts to listen.
  public init(_ answer: @escaping @Sendable (Request) -> Response) throws {
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = CInt(SOCK_STREAM.rawValue)
    #endif
    listener = socket(AF_INET, kind, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        if let request = Self.request(from: connection) {
          self?.seen.withLock { $0.append(request) }
          Self.send(answer(request), to: connection, withBody: request.method != "HEAD")
        }
        close(connection)
      }
    }
  }

  deinit {
    shutdown(listener, CInt(SHUT_RDWR))
    close(listener)
  }

  private static func request(from connection: CInt) -> Request? {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !text.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0, text.count < 1 << 16 else { return nil }
      text += buffer[..<count]
    }
    let lines = String(decoding: text, as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return Request(method: String(words[0]), path: String(words[1]), headers: headers)
  }

  private static func send(_ response: Response, to connection: CInt, withBody: Bool) {
    var headers = response.headers
    headers["Connection"] = "close"
    if headers["Content-Length"] == nil { headers["Content-Length"] = "\(response.body.count)" }
    let head = "HTTP/1.1 \(response.status) Status\r\n" + headers.map { "\($0): \($1)\r\n" }.joined() + "\r\n"
    let body = withBody ? Array(response.body.prefix(response.cut ?? .max)) : []
    var rest = (Array(head.utf8) + body)[...]
    while !rest.isEmpty {
      #if canImport(Darwin)
        let flags: CInt = 0
      #else
        let flags = CInt(MSG_NOSIGNAL)
      #endif
      let count = rest.withUnsafeBytes { Foundation.send(connection, $0.baseAddress, $0.count, flags) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
