import Crypto
import Foundation
import Tensor

/// The SHA-256 of named tensors: of their names, types, shapes and elements, in the order of their names.
package enum TensorDigest {
  /// The digest in hexadecimal; the format of the file that the tensors came from does not matter.
  package static func of(_ tensors: [(name: String, tensor: Tensor)]) -> String {
    var hash = SHA256()
    for (name, tensor) in tensors.sorted(by: { $0.name < $1.name }) {
      hash.update(data: Data("\(name)\0\(tensor.dtype)\0\(tensor.shape)\0".utf8))
      tensor.withBytes { hash.update(bufferPointer: $0) }
    }
    return hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
