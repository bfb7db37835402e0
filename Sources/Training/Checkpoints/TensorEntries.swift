import Formats
import Tensor

extension SafetensorsWriter.Entry {
  /// A tensor to write under a name; its bytes are lent when their turn comes.
  init(name: String, _ tensor: Tensor) {
    self.init(name: name, scalarType: tensor.dtype.stored, shape: tensor.shape.array) { write in
      try tensor.withBytes(write)
    }
  }
}

extension DType {
  /// The same type in a file.
  var stored: ScalarType {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .int64: .int64
    case .int32: .int32
    case .uint8: .uint8
    }
  }
}

extension Tensor {
  /// A copy of a stored array.
  /// - Throws: ``TrainingError`` for types and ranks that tensors do not have.
  public init(_ array: StoredArray, name: String) throws {
    guard let dtype = DType.allCases.first(where: { $0.stored == array.scalarType }),
      array.shape.count <= Shape.maximumRank
    else {
      throw TrainingError(
        "\(name) holds \(array.scalarType) \(array.shape); expected float32, bfloat16, int64, int32 or uint8 with at "
          + "most \(Shape.maximumRank) axes")
    }
    self = array.withUnsafeBytes { Tensor(bytes: $0, shape: Shape(array.shape), dtype: dtype) }
  }
}
