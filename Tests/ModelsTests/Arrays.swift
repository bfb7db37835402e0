import Formats
import NeuralNet
import TestSupport
import Tensor

/// Arrays in memory.
struct Arrays: ArrayFile {
  var arrays: [String: StoredArray] = [:]
  var names: [String] { arrays.keys.sorted() }
  subscript(name: String) -> StoredArray? { arrays[name] }
}

extension Arrays {
  /// The parameters and statistics of a network.
  init(_ network: Layer) throws {
    for (name, tensor) in network.namedTensors() where tensor.dtype == .float32 {
      arrays[name] = try StoredArray(tensor.floatArray(), shape: tensor.shape.array)
    }
  }
}
