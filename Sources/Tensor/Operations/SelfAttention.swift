import CKernels

/// How a projection holds the queries, keys and values of several heads.
public struct AttentionHeads: Sendable, Hashable {
  /// What follows what in the numbers of a token.
  public enum Order: Sendable {
    /// The queries of all heads, then the keys of all, then the values of all: timm's `qkv`.
    case partByPart
    /// Query, key and value of one head, then those of the next.
    case headByHead
  }

  /// The number of heads.
  public let count: Int
  /// The width of a query, and of a key.
  public let keyWidth: Int
  /// The width of a value.
  public let valueWidth: Int
  /// What follows what.
  public let order: Order

  /// Heads of those widths.
  public init(_ count: Int, keyWidth: Int, valueWidth: Int, order: Order) {
    (self.count, self.keyWidth, self.valueWidth, self.order) = (count, keyWidth, valueWidth, order)
  }

  /// The numbers of a token.
  public var width: Int { count * headWidth }

  private var headWidth: Int { 2 * keyWidth + valueWidth }
}

/// Scaled dot-product attention among tokens: softmax(q kᵀ / √d + bias) v for each head, d the width of a key.
///
/// Where nothing is recorded, a kernel of its own computes it without writing scores to memory.
///
/// - Parameters:
///   - projection: queries, keys and values, float32 or bfloat16, [N, T, `heads.width`].
///   - heads: how the projection holds them.
///   - bias: float32, [heads, T, T], added to the scores of each query (second axis) with each key.
/// - Returns: [N, T, heads · value width].
public func selfAttention(_ projection: Tensor, heads: AttentionHeads, bias: Tensor? = nil) -> Tensor {
  let tokens = projection.shape.rank == 3 ? projection.shape[1] : 0
  Scope.require(
    projection.shape.rank == 3 && projection.shape[2] == heads.width && projection.dtype.isFloatingPoint, "attention",
    "float32 or bfloat16 [N, T, \(heads.width)] is expected, found \(projection.dtype) \(projection.shape)")
  Scope.require(
    bias.map { $0.shape == [heads.count, tokens, tokens] && $0.dtype == .float32 } ?? true, "attention",
    "a float32 bias [\(heads.count), \(tokens), \(tokens)] is expected, found \(bias?.shape ?? [])")
  let isRecorded = Tensor.wantsGradient([projection, bias])
  guard !isRecorded, !TraceRecorder.listsParts, Compute.hasWideRegisters else {
    return heads.composed(projection, bias: bias)
  }
  let y = heads.fused(projection, bias: bias)
  y.traced(.selfAttention(heads), [projection, bias])
  return y.inspected("attention")
}

extension AttentionHeads {
  /// By an operation for each step.
  fileprivate func composed(_ projection: Tensor, bias: Tensor?) -> Tensor {
    let (batch, tokens) = (projection.shape[0], projection.shape[1])
    let parts = operands(projection)
    let mixed = attention(
      queries: parts[0], keys: parts[1], values: parts[2], bias: bias?.cast(to: projection.dtype))
    return mixed.transposed([0, 2, 1, 3]).reshaped([batch, tokens, count * valueWidth])
  }

  /// Queries, keys and values, [N, heads, T, width].
  private func operands(_ projection: Tensor) -> [Tensor] {
    let (batch, tokens) = (projection.shape[0], projection.shape[1])
    switch order {
    case .headByHead:
      return projection.reshaped([batch, tokens, count, headWidth]).transposed([0, 2, 1, 3])
        .split(axis: 3, extents: [keyWidth, keyWidth, valueWidth])
    case .partByPart:
      return projection.split(axis: 2, extents: [keyWidth, keyWidth, valueWidth].map { $0 * count })
        .map { $0.reshaped([batch, tokens, count, $0.shape[2] / count]).transposed([0, 2, 1, 3]) }
    }
  }

  fileprivate func fused(_ projection: Tensor, bias: Tensor?) -> Tensor {
    let (batch, tokens, isByPart) = (projection.shape[0], projection.shape[1], order == .partByPart)
    let keyOffset = isByPart ? count * keyWidth : keyWidth
    var shape = ck_attention_shape(
      batch: Int64(batch), heads: Int64(count), tokens: Int64(tokens), keyWidth: Int64(keyWidth),
      valueWidth: Int64(valueWidth), tokenStride: Int64(width),
      keyOffset: Int64(keyOffset),
      valueOffset: Int64(2 * keyOffset),
      keyHeadStride: Int64(isByPart ? keyWidth : headWidth), valueHeadStride: Int64(isByPart ? valueWidth : headWidth),
      isBFloat16: projection.dtype == .bfloat16)
    let y = Tensor(uninitialized: [batch, tokens, count * valueWidth], dtype: projection.dtype)
    let byKey = Tensor.untraced { bias?.transposed([0, 2, 1]) }
    let scratch = Storage(byteCount: Int(ck_attention_scratch(&shape)))
    let scores = Double(batch * count * tokens * tokens)
    Ledger.kernel("attention", operations: scores * Double(2 * (keyWidth + valueWidth))) {
      ck_attention(
        &shape, projection.pointer, 1 / Float(keyWidth).squareRoot(), byKey?.floats, y.pointer, scratch.pointer)
    }
    return y
  }
}
