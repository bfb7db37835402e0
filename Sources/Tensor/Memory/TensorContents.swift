import CKernels

/// A Swift type that tensors can hold.
public protocol TensorScalar: Sendable {
  /// The element type that stores it.
  static var dtype: DType { get }
}

extension Float: TensorScalar { public static var dtype: DType { .float32 } }
extension Int64: TensorScalar { public static var dtype: DType { .int64 } }
extension Int32: TensorScalar { public static var dtype: DType { .int32 } }
extension UInt8: TensorScalar { public static var dtype: DType { .uint8 } }

extension Tensor {
  /// A tensor with the given elements in row-major order.
  public init<Scalar: TensorScalar>(_ elements: [Scalar], shape: Shape) {
    precondition(
      elements.count == shape.count, "\(elements.count) elements do not fill shape \(shape) of \(shape.count)")
    self.init(uninitialized: shape, dtype: Scalar.dtype)
    elements.withUnsafeBytes {
      pointer.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(pointer), byteCount: $0.count)
    }
  }

  /// A one-axis tensor.
  public init<Scalar: TensorScalar>(_ elements: [Scalar]) { self.init(elements, shape: [elements.count]) }

  /// A tensor of the given type whose elements are the given bytes.
  public init(bytes: UnsafeRawBufferPointer, shape: Shape, dtype: DType) {
    precondition(
      bytes.count == shape.count * dtype.byteCount,
      "\(bytes.count) bytes do not fill shape \(shape) of \(dtype)")
    self.init(uninitialized: shape, dtype: dtype)
    if let address = bytes.baseAddress { pointer.copyMemory(from: address, byteCount: bytes.count) }
  }

  /// A float32 scalar.
  public init(_ value: Float) { self.init([value], shape: []) }

  /// A tensor of zeros.
  public static func zeros(_ shape: Shape, dtype: DType = .float32) -> Tensor {
    let result = Tensor(uninitialized: shape, dtype: dtype)
    result.pointer.initializeMemory(as: UInt8.self, repeating: 0, count: result.byteCount)
    return result
  }

  /// A tensor whose elements are all one value.
  public static func full(_ shape: Shape, _ value: Float, dtype: DType = .float32) -> Tensor {
    let result = Tensor(uninitialized: shape, dtype: .float32)
    result.floats.initialize(repeating: value, count: result.count)
    return result.cast(to: dtype)
  }

  /// A tensor of ones.
  public static func ones(_ shape: Shape, dtype: DType = .float32) -> Tensor { full(shape, 1, dtype: dtype) }

  /// The elements as float32 in row-major order, converted where the tensor holds bfloat16.
  public func floatArray() -> [Float] {
    let source = detached.cast(to: .float32)
    return Array(UnsafeBufferPointer(start: source.floats, count: source.count))
  }

  /// The elements in row-major order; traps where the tensor holds another type.
  public func array<Scalar: TensorScalar>(of type: Scalar.Type) -> [Scalar] {
    precondition(dtype == Scalar.dtype, "the tensor holds \(dtype), not \(Scalar.dtype)")
    return Array(UnsafeBufferPointer(start: pointer.assumingMemoryBound(to: Scalar.self), count: count))
  }

  /// The only element of a tensor with one element.
  public func item() -> Float {
    precondition(count == 1, "item() wants one element, the shape is \(shape)")
    return floatArray()[0]
  }

  /// Runs a body on the bytes of the elements.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(storage) { try body(UnsafeRawBufferPointer(start: pointer, count: byteCount)) }
  }

  /// Runs a body that may overwrite the elements; for the owner of the tensor alone.
  public func withMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(storage) {
      try body(UnsafeMutableRawBufferPointer(start: pointer, count: byteCount))
    }
  }

  /// Overwrites the elements with those of a tensor of the same shape and type; for the owner of the tensor alone.
  public func assign(_ other: Tensor) {
    precondition(
      other.shape == shape && other.dtype == dtype,
      "cannot assign \(other.dtype) \(other.shape) to \(dtype) \(shape)")
    pointer.copyMemory(from: other.pointer, byteCount: byteCount)
  }

  /// A copy with memory of its own.
  public func copied() -> Tensor {
    let result = Tensor(uninitialized: shape, dtype: dtype)
    result.assign(self)
    return result
  }
}
