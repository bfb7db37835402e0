/// Scaled dot-product attention: softmax(q kᵀ / √d) v.
///
/// - Parameters:
///   - queries: [N, heads, T, d].
///   - keys: [N, heads, S, d].
///   - values: [N, heads, S, e].
///   - bias: added to the scores, broadcast to [N, heads, T, S]; a mask holds −∞ (or a large negative number).
/// - Returns: [N, heads, T, e].
public func attention(queries: Tensor, keys: Tensor, values: Tensor, bias: Tensor? = nil) -> Tensor {
  let scale = 1 / Float(queries.shape[-1]).squareRoot()
  var scores = queries.scaled(by: scale).matrixProduct(keys, transposingRight: true)
  if let bias { scores = scores + bias }
  return scores.softmax().matrixProduct(values)
}
