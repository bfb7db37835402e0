import CKernels

/// A seeded generator of random numbers: SplitMix64, small enough to be part of any state that is saved.
public struct Generator: RandomNumberGenerator, Sendable, Hashable, Codable {
  /// The whole state; a generator made from it goes on where this one stands.
  public private(set) var state: UInt64

  /// A generator for a seed.
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A generator whose numbers are independent of those that follow here.
  public mutating func split() -> Generator { Generator(seed: next()) }

  fileprivate mutating func stream() -> ck_random_stream {
    ck_random_stream(seed: next(), stream: 0, offset: 0)
  }
}

extension Tensor {
  /// Uniform numbers in lower ..< upper.
  public static func uniform(_ shape: Shape, in range: Range<Float> = 0..<1, using generator: inout Generator) -> Tensor
  {
    let result = Tensor(uninitialized: shape)
    let stream = generator.stream()
    Ledger.kernel("random numbers") {
      ck_random_uniform(stream, range.lowerBound, range.upperBound, result.floats, Int64(result.count))
    }
    return result
  }

  /// Normally distributed numbers.
  public static func normal(
    _ shape: Shape, mean: Float = 0, deviation: Float = 1, using generator: inout Generator
  ) -> Tensor {
    let result = Tensor(uninitialized: shape)
    let stream = generator.stream()
    Ledger.kernel("random numbers") {
      ck_random_normal(stream, mean, deviation, result.floats, Int64(result.count))
    }
    return result
  }

  /// Zeroes each element with the given probability and scales the others by 1 / (1 − probability).
  ///
  /// The mask is made again in the backward pass from the generator's number, so none is kept.
  public func droppedOut(probability: Float, using generator: inout Generator) -> Tensor {
    Scope.require(
      (0...1).contains(probability), "droppedOut", "a probability in 0...1 is expected, found \(probability)")
    if probability == 0 { return self }
    let stream = generator.stream()
    func apply(_ x: Tensor) -> Tensor {
      let y = x.similar
      let count = Int64(x.count)
      Ledger.kernel("dropout", operations: Double(count)) {
        x.byType(
          "droppedOut", float32: { ck_dropout_f32(stream, probability, x.floats, y.floats, count) },
          bfloat16: { ck_dropout_bf16(stream, probability, x.bfloats, y.bfloats, count) })
      }
      return y
    }
    return apply(self).recorded("dropout", inputs: [self]) { cotangent, _ in [apply(cotangent)] }
  }

  /// Zeroes whole examples (entries of the first axis) with the given probability, scaling the others (stochastic depth).
  public func droppedPaths(probability: Float, using generator: inout Generator) -> Tensor {
    if probability == 0 { return self }
    let ones = Tensor.ones(Shape([shape[0]] + Array(repeating: 1, count: shape.rank - 1)))
    return self * ones.droppedOut(probability: probability, using: &generator).cast(to: dtype)
  }
}
