import CKernels

extension Tensor {
  /// Runs the kernel for the type of this tensor's elements.
  func byType(_ operation: StaticString, float32: () -> Void, bfloat16: () -> Void) {
    switch dtype {
    case .float32: float32()
    case .bfloat16: bfloat16()
    default: Scope.fail("\(operation)", "float32 or bfloat16 is expected, found \(dtype)")
    }
  }

  /// Whether these are float32 vectors of the given length, as far as they are there.
  static func areParameters(_ tensors: [Tensor?], count: Int) -> Bool {
    tensors.allSatisfy { $0.map { $0.dtype == .float32 && $0.shape == [count] } ?? true }
  }

  /// An unfilled tensor of this tensor's shape and type.
  var similar: Tensor { Tensor(uninitialized: shape, dtype: dtype) }

  /// The extents as the kernels take them.
  var extents: [Int64] { shape.array.map(Int64.init) }
}

extension Shape {
  /// The shape as [rows, width of the last axis].
  var matrix: (rows: Int, width: Int) {
    rank == 0 ? (1, 1) : (count(0..<rank - 1), self[-1])
  }

  /// The shape as [outer, axis, inner].
  func split(at axis: Int) -> (outer: Int, axis: Int, inner: Int) {
    let axis = resolve(axis)
    return (count(0..<axis), self[axis], count(axis + 1..<rank))
  }

  /// The shape with ones put before it until it has the given rank.
  func padded(to rank: Int) -> [Int64] {
    Array(repeating: 1, count: rank - self.rank) + array.map(Int64.init)
  }
}
