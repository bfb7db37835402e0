import Tensor

/// A tensor as a small core and a matrix with orthonormal columns for each axis: x ≈ core ×₀ U₀ ×₁ U₁ …
///
/// With the U given, the core x ×₀ U₀ᵀ ×₁ U₁ᵀ … is the best one.
struct TuckerFactors {
  /// [K₀, K₁, …].
  let core: Tensor
  /// [extent, K] for each axis.
  let factors: [Tensor]

  /// The best core for some factors.
  init(_ x: Tensor, factors: [Tensor]) {
    self.factors = factors
    core = factors.indices.reversed().reduce(x) { $0.projected(onto: factors[$1], mode: $1) }
  }

  /// The number of floats of `packed`: the ranks, the core and the factors.
  static func packedCount(extents: [Int], ranks: [Int]) -> Int {
    ranks.count + ranks.reduce(1, *) + zip(extents, ranks).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Ranks, core and factors in one float32 tensor, to be kept for a backward pass.
  var packed: Tensor {
    let ranks = Tensor(core.shape.array.map(Float.init))
    return Tensor.concatenated([ranks, core.flattened(from: 0)] + factors.map { $0.flattened(from: 0) }, axis: 0)
  }

  /// What `packed` gave, with the shape of the tensor.
  init(packed: Tensor, shape: Shape) {
    var start = shape.rank
    func next(_ shape: Shape) -> Tensor {
      defer { start += shape.count }
      return packed.sliced(axis: 0, start..<start + shape.count).reshaped(shape)
    }
    let ranks = packed.sliced(axis: 0, 0..<shape.rank).floatArray().map { Int($0) }
    core = next(Shape(ranks))
    factors = zip(shape.array, ranks).map { next([$0, $1]) }
  }
}

extension Shape {
  /// The shape whose axes are compressed: [N, H, W, C] of images, [N, T, C] of tokens, [N, C] of vectors.
  var modes: Shape {
    switch rank {
    case 0, 1: [1, count]
    case 2...4: self
    default: [self[0], count(1..<rank - 1), self[-1]]
    }
  }
}
