/// The type of the numbers in a stored array. Bytes are little-endian.
public enum ScalarType: String, CaseIterable, Hashable, Sendable {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case bool

  /// Bytes taken by one number.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// The name used in safetensors headers, such as `F32`.
  public var safetensorsName: String {
    switch self {
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .float32: "F32"
    case .float64: "F64"
    case .int8: "I8"
    case .int16: "I16"
    case .int32: "I32"
    case .int64: "I64"
    case .uint8: "U8"
    case .uint16: "U16"
    case .uint32: "U32"
    case .uint64: "U64"
    case .bool: "BOOL"
    }
  }

  /// The `descr` used in NumPy headers, such as `<f4`; nil for bfloat16, which NumPy lacks.
  public var numpyDescription: String? {
    switch self {
    case .float16: "<f2"
    case .bfloat16: nil
    case .float32: "<f4"
    case .float64: "<f8"
    case .int8: "|i1"
    case .int16: "<i2"
    case .int32: "<i4"
    case .int64: "<i8"
    case .uint8: "|u1"
    case .uint16: "<u2"
    case .uint32: "<u4"
    case .uint64: "<u8"
    case .bool: "|b1"
    }
  }

  /// The type with a safetensors name, or nil.
  public init?(safetensorsName name: String) {
    guard let match = Self.allCases.first(where: { $0.safetensorsName == name }) else { return nil }
    self = match
  }

  /// The type with a NumPy `descr`, or nil. Byte order does not matter to one-byte types.
  public init?(numpyDescription description: String) {
    let match = Self.allCases.first { type in
      guard let own = type.numpyDescription else { return false }
      return own == description || (type.byteCount == 1 && own.dropFirst() == description.dropFirst())
    }
    guard let match, let order = description.first, "<>|=".contains(order) else { return nil }
    self = match
  }
}

/// A Swift number that can be put into and taken out of a ``StoredArray`` as it is.
public protocol StorableScalar: BitwiseCopyable, Sendable {
  /// The stored type with the same bits.
  static var scalarType: ScalarType { get }
}

extension Float: StorableScalar { public static var scalarType: ScalarType { .float32 } }
extension Double: StorableScalar { public static var scalarType: ScalarType { .float64 } }
extension Int8: StorableScalar { public static var scalarType: ScalarType { .int8 } }
extension Int16: StorableScalar { public static var scalarType: ScalarType { .int16 } }
extension Int32: StorableScalar { public static var scalarType: ScalarType { .int32 } }
extension Int64: StorableScalar { public static var scalarType: ScalarType { .int64 } }
extension UInt8: StorableScalar { public static var scalarType: ScalarType { .uint8 } }
extension UInt16: StorableScalar { public static var scalarType: ScalarType { .uint16 } }
extension UInt32: StorableScalar { public static var scalarType: ScalarType { .uint32 } }
extension UInt64: StorableScalar { public static var scalarType: ScalarType { .uint64 } }
