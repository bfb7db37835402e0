/// The type of a tensor's elements.
public enum DType: String, Sendable, Hashable, CaseIterable, Codable {
  /// IEEE single precision; the type of parameters, statistics and losses.
  case float32
  /// The upper half of a float32: 8 bits of exponent, 7 of fraction; a storage type of activations.
  case bfloat16
  /// Labels and indices.
  case int64
  /// Indices inside kernels.
  case int32
  /// Pixels and masks.
  case uint8

  /// The size of one element in bytes.
  public var byteCount: Int {
    switch self {
    case .float32, .int32: 4
    case .bfloat16: 2
    case .int64: 8
    case .uint8: 1
    }
  }

  /// Whether gradients may flow through tensors of this type.
  public var isFloatingPoint: Bool { self == .float32 || self == .bfloat16 }
}
