import Tensor

/// What low-rank back-propagation through one layer costs.
struct WalshOperations {
  let blocks: WalshBlocks
  let examples: Int
  let inputs: Int
  let outputs: Int

  /// Rows of x̂ and ĝ.
  private var rows: Int { examples * blocks.rows }

  /// float32 bytes of x̂.
  var savedBytes: Int { rows * inputs * DType.float32.byteCount }

  /// Operations of one matrix product.
  private var product: Double { 2 * Double(rows) * Double(inputs) * Double(outputs) }

  /// Additions of a projection for one channel: bases one by one, or the butterflies of a fast transform.
  private var additions: Double {
    let (edge, count) = (blocks.edge, blocks.sequencies.count)
    let butterflies = 2 * edge.trailingZeroBitCount * edge * edge
    return Double(min(count * edge * edge, butterflies) * examples * blocks.blockCount)
  }

  /// Operations of the backward pass, with the projection of the input that the forward pass does for it: 2·rows·Ci·Co for each
  /// product, min(bases·n², 2 n² log₂ n) additions for each channel of a projected block, and the scaling of ĝ.
  func backward(wantsInput: Bool) -> Double {
    let scaling = Double(examples * blocks.blockCount * blocks.sequencies.count * outputs)
    return product * (wantsInput ? 2 : 1) + additions * Double((wantsInput ? 2 : 1) * inputs + outputs) + scaling
  }

  /// Operations as the tables of the publication count them: both products and all projections, the scaling left out.
  var published: Double { 2 * product + additions * Double(2 * inputs + outputs) }

  /// Operations of the exact backward pass with both products.
  var exactBackward: Double { 4 * Double(examples * blocks.tokens) * Double(inputs) * Double(outputs) }
}
