import Crypto
import Foundation

/// The digest by which the hub names the content of a file: SHA-256 for large files, Git's hash of a blob for small ones.
enum ContentDigest {
  case sha256(SHA256)
  case gitBlob(Insecure.SHA1)

  /// The kind of digest that an ETag is; nil for other ETags.
  init?(etag: String, byteCount: Int) {
    if Self.isHexadecimal(etag, count: 64) {
      self = .sha256(SHA256())
    } else if Self.isHexadecimal(etag, count: 40) {
      var hash = Insecure.SHA1()
      hash.update(data: Data("blob \(byteCount)\0".utf8))
      self = .gitBlob(hash)
    } else {
      return nil
    }
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .sha256(var hash):
      hash.update(bufferPointer: bytes)
      self = .sha256(hash)
    case .gitBlob(var hash):
      hash.update(bufferPointer: bytes)
      self = .gitBlob(hash)
    }
  }

  /// The digest in hexadecimal.
  var text: String {
    func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
      digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
    return switch self {
    case .sha256(let hash): hexadecimal(hash.finalize())
    case .gitBlob(let hash): hexadecimal(hash.finalize())
    }
  }

  /// Whether text is so many lower-case hexadecimal digits.
  static func isHexadecimal(_ text: String, count: Int) -> Bool {
    text.utf8.count == count
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
