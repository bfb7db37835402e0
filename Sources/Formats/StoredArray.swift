/// An array as it lies in a file: scalar type, shape and little-endian bytes in row-major order.
///
/// The bytes may be a slice of a mapped file; they are shared, never copied on reading.
public struct StoredArray: Sendable {
  /// The type of the numbers.
  public let scalarType: ScalarType
  /// The sizes of the axes; `[]` for a single number.
  public let shape: [Int]
  /// The numbers, `count * scalarType.byteCount` bytes.
  public let bytes: Bytes

  /// The number of numbers: the product of the shape.
  public var count: Int { bytes.count / scalarType.byteCount }

  /// Creates an array over bytes.
  ///
  /// - Throws: ``FormatError`` naming `name` if a size is negative or the bytes do not fill the shape
  ///   exactly.
  public init(scalarType: ScalarType, shape: [Int], bytes: Bytes, name: String = "array") throws {
    guard let expected = byteCount(of: shape, scalarType) else {
      throw FormatError(
        file: name, found: "shape \(shape) of \(scalarType)", expected: "sizes whose product fits in memory")
    }
    guard expected == bytes.count else {
      throw FormatError(
        file: name, found: "\(bytes.count) bytes",
        expected: "\(expected) bytes for shape \(shape) of \(scalarType)",
        advice: "the file is damaged or cut short")
    }
    self.scalarType = scalarType
    self.shape = shape
    self.bytes = bytes
  }

  /// Creates an array from numbers; without a shape it has one axis.
  ///
  /// - Throws: ``FormatError`` if the numbers do not fill the shape exactly.
  public init<Scalar: StorableScalar>(_ values: [Scalar], shape: [Int]? = nil) throws {
    let bytes = values.withUnsafeBytes { Bytes([UInt8]($0)) }
    try self.init(scalarType: Scalar.scalarType, shape: shape ?? [values.count], bytes: bytes)
  }

  /// Calls `body` with the bytes, which may start at any alignment and are valid only during the call.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try bytes.withUnsafeBytes(body)
  }

  /// The numbers, copied, as they are stored.
  ///
  /// - Throws: ``FormatError`` if the array stores another type; see ``floats()`` and ``integers(name:)``.
  public func values<Scalar: StorableScalar>(as type: Scalar.Type = Scalar.self) throws -> [Scalar] {
    guard Scalar.scalarType == scalarType else {
      throw FormatError(
        file: "array", found: "numbers of type \(scalarType)", expected: "\(Scalar.scalarType)")
    }
    return copied(Scalar.self)
  }

  /// The numbers converted to 32-bit floating point; booleans become 0 and 1.
  public func floats() -> [Float] {
    switch scalarType {
    case .float32: copied(Float.self)
    case .float64: copied(Double.self).map { Float($0) }
    case .float16: copied(UInt16.self).map(floatFromFloat16)
    case .bfloat16: copied(UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
    case .int8: copied(Int8.self).map { Float($0) }
    case .int16: copied(Int16.self).map { Float($0) }
    case .int32: copied(Int32.self).map { Float($0) }
    case .int64: copied(Int64.self).map { Float($0) }
    case .uint8: copied(UInt8.self).map { Float($0) }
    case .uint16: copied(UInt16.self).map { Float($0) }
    case .uint32: copied(UInt32.self).map { Float($0) }
    case .uint64: copied(UInt64.self).map { Float($0) }
    case .bool: copied(UInt8.self).map { $0 == 0 ? 0 : 1 }
    }
  }

  /// The numbers of an integer or boolean array as `Int`.
  ///
  /// - Throws: ``FormatError`` naming `name` if the array stores floating point, or a number does not fit.
  public func integers(name: String = "array") throws -> [Int] {
    switch scalarType {
    case .int8: return copied(Int8.self).map { Int($0) }
    case .int16: return copied(Int16.self).map { Int($0) }
    case .int32: return copied(Int32.self).map { Int($0) }
    case .int64: return copied(Int64.self).map { Int($0) }
    case .uint8: return copied(UInt8.self).map { Int($0) }
    case .uint16: return copied(UInt16.self).map { Int($0) }
    case .uint32: return copied(UInt32.self).map { Int($0) }
    case .bool: return copied(UInt8.self).map { $0 == 0 ? 0 : 1 }
    case .uint64:
      return try copied(UInt64.self).map {
        guard let value = Int(exactly: $0) else {
          throw FormatError(file: name, found: "the number \($0)", expected: "at most \(Int.max)")
        }
        return value
      }
    case .float16, .bfloat16, .float32, .float64:
      throw FormatError(file: name, found: "numbers of type \(scalarType)", expected: "integers")
    }
  }

  private func copied<Element: BitwiseCopyable>(_ type: Element.Type) -> [Element] {
    [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      initialized = count
    }
  }
}

/// The bytes taken by an array, or nil if a size is negative or the product overflows, that of the other sizes where one is zero.
func byteCount(of shape: [Int], _ scalarType: ScalarType) -> Int? {
  guard shape.allSatisfy({ $0 >= 0 }) else { return nil }
  var total = scalarType.byteCount
  for size in shape where size > 0 {
    let (product, overflow) = total.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    total = product
  }
  return shape.contains(0) ? 0 : total
}

private func floatFromFloat16(_ bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let exponent = UInt32(bits >> 10) & 0x1F
  let fraction = UInt32(bits & 0x3FF)
  switch exponent {
  case 0:
    let magnitude = Float(fraction) * 0x1p-24
    return sign == 0 ? magnitude : -magnitude
  case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
  default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}
