import CKernels

/// Numbers as codes of at most eight bits, with one range for each entry of an axis or one for all:
///
///     x ≈ lower + step · code,   code = ⌊(x − lower) / step + u⌋
///
/// u is ½ for the nearest code and uniform in [0, 1) for stochastic rounding, whose mean is x.
public struct QuantizedTensor: Sendable {
  /// What has a range of its own.
  public enum Ranges: Sendable, Hashable {
    /// The whole tensor.
    case tensor
    /// Each entry of the first axis: each example of a batch.
    case rows
    /// Each entry of the last axis: each channel.
    case columns
  }

  /// The codes, uint8, in the shape of the numbers.
  public let codes: Tensor
  /// The smallest number of each range, float32 [ranges].
  public let lower: Tensor
  /// The distance of neighbouring codes in each range, float32 [ranges].
  public let step: Tensor
  private let ranges: Ranges

  private init(_ codes: Tensor, lower: Tensor, step: Tensor, ranges: Ranges) {
    (self.codes, self.lower, self.step, self.ranges) = (codes, lower, step, ranges)
  }

  /// Rounds numbers to the codes of their ranges, which reach from the smallest to the largest number.
  /// - Parameters:
  ///   - x: float32 or bfloat16.
  ///   - bits: of a code, 2 … 8.
  ///   - ranges: what has a range of its own.
  ///   - holdsZero: whether 0 is to be a code exactly, as padding and pruned weights want it.
  ///   - noise: u for each number, in the shape of `x`; nil for the nearest code.
  public init(_ x: Tensor, bits: Int, ranges: Ranges = .tensor, holdsZero: Bool = false, noise: Tensor? = nil) {
    Scope.require((2...8).contains(bits), "quantize", "2 … 8 bits are expected, found \(bits)")
    Scope.require(
      noise.map { $0.shape == x.shape && $0.dtype == .float32 } ?? true, "quantize",
      "noise of \(x.shape) is expected, found \(noise?.dtype.rawValue ?? "") \(noise?.shape ?? [])")
    let x = x.detached.cast(to: .float32)
    let (outer, extent, inner) = Self.split(x.shape, ranges)
    let levels = Float((1 << bits) - 1)
    // One of outer and inner is 1.
    let (table, axis) = outer == 1 ? (x.reshaped([extent, inner]), 1) : (x.reshaped([outer, extent]), 0)
    var lower = table.minimum(axis: axis).values.floatArray()
    var upper = table.maximum(axis: axis).values.floatArray()
    if holdsZero { (lower, upper) = (lower.map { Swift.min($0, 0) }, upper.map { Swift.max($0, 0) }) }
    let step = zip(lower, upper).map { ($1 - $0) / levels }
    if holdsZero { lower = zip(lower, step).map { $1 > 0 ? ($0 / $1).rounded() * $1 : $0 } }
    let codes = Tensor(uninitialized: x.shape, dtype: .uint8)
    Ledger.kernel("quantize", operations: 3 * Double(x.count)) {
      ck_quantize_f32(
        x.floats, noise?.floats, Int64(outer), Int64(extent), Int64(inner), lower, step, Int32(levels),
        codes.pointer.assumingMemoryBound(to: UInt8.self))
    }
    self.init(codes, lower: Tensor(lower), step: Tensor(step), ranges: ranges)
  }

  /// The numbers that the codes stand for, float32.
  public func dequantized() -> Tensor {
    let (outer, extent, inner) = Self.split(codes.shape, ranges)
    let y = Tensor(uninitialized: codes.shape)
    Ledger.kernel("dequantize", operations: 2 * Double(y.count)) {
      ck_dequantize_f32(
        codes.pointer.assumingMemoryBound(to: UInt8.self), Int64(outer), Int64(extent), Int64(inner), lower.floats,
        step.floats, y.floats)
    }
    return y
  }

  /// The shape around the axis of the ranges.
  private static func split(_ shape: Shape, _ ranges: Ranges) -> (outer: Int, axis: Int, inner: Int) {
    switch ranges {
    case .tensor: (1, 1, shape.count)
    case .rows: shape.split(at: 0)
    case .columns: shape.split(at: -1)
    }
  }
}

extension QuantizedTensor {
  /// The bytes that `packed` takes besides the codes: the range.
  public static let packedOverhead = 2 * DType.float32.byteCount

  /// Codes and range of a tensor with one range in one uint8 tensor, to be kept for a backward pass.
  public var packed: Tensor {
    let result = Tensor(uninitialized: [codes.count + Self.packedOverhead], dtype: .uint8)
    let range = [lower.item(), step.item()]
    result.withMutableBytes { bytes in
      range.withUnsafeBytes { bytes.copyMemory(from: $0) }
      codes.withBytes { UnsafeMutableRawBufferPointer(rebasing: bytes[Self.packedOverhead...]).copyMemory(from: $0) }
    }
    return result
  }

  /// What `packed` gave, with the shape of the numbers.
  public init(packed: Tensor, shape: Shape) {
    Scope.require(
      packed.dtype == .uint8 && packed.count == shape.count + Self.packedOverhead, "quantize",
      "\(packed.dtype) \(packed.shape) does not hold the codes of \(shape)")
    self = packed.withBytes { bytes in
      func number(_ index: Int) -> Tensor { Tensor([bytes.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)]) }
      let codes = UnsafeRawBufferPointer(rebasing: bytes[Self.packedOverhead...])
      return QuantizedTensor(
        Tensor(bytes: codes, shape: shape, dtype: .uint8), lower: number(0), step: number(1), ranges: .tensor)
    }
  }
}
