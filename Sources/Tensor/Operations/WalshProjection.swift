import CKernels

extension Tensor {
  /// The coefficients of tokens for the Walsh functions of blocks of their grid; a constant for gradients.
  ///
  ///     y[n, extra + p·bases + b, c] = scale · Σ x[n, pixel of block p, c] B_b[pixel]
  ///
  /// Extra tokens are copied. By fast transforms; the tokens are read once.
  /// - Parameters:
  ///   - blocks: of the grid of the tokens; `self` is float32 or bfloat16, [N, …, C] with `blocks.tokens` rows an example.
  ///   - border: what stands beyond the border of the grid.
  ///   - scale: 1 for sums, 1 / edge² for means.
  /// - Returns: float32, [N, blocks.rows, C].
  public func walshProjected(on blocks: WalshBlocks, border: WalshBlocks.Border, scale: Float = 1) -> Tensor {
    projected(on: blocks, border, scale, sums: nil)
  }

  /// The coefficients of tokens as ``walshProjected(on:border:scale:)``, and the sum of all tokens, in the same pass.
  /// - Returns: float32, [N, blocks.rows, C] and [C].
  public func walshProjectedAndSummed(
    on blocks: WalshBlocks, border: WalshBlocks.Border, scale: Float = 1
  ) -> (coefficients: Tensor, sum: Tensor) {
    let sums = Tensor(uninitialized: [shape[0], blocks.extraTokens + blocks.blockCount, shape[-1]])
    let coefficients = projected(on: blocks, border, scale, sums: sums)
    return (coefficients, sums.summed(toShape: [shape[-1]]))
  }

  private func projected(
    on blocks: WalshBlocks, _ border: WalshBlocks.Border, _ scale: Float, sums: Tensor?
  ) -> Tensor {
    Scope.require(
      shape.rank >= 2 && shape.count(1..<shape.rank - 1) == blocks.tokens, "walshProjected",
      "\(blocks.tokens) tokens an example are expected, found shape \(shape)")
    let (batch, channels) = (shape[0], shape[-1])
    let y = Tensor(uninitialized: [batch, blocks.rows, channels])
    let additions = blocks.additions + Double(blocks.sequencies.count)
    let operations = additions * Double(batch * blocks.blockCount * channels)
    let reflects: Int32 = border == .reflection ? 1 : 0
    Ledger.kernel("Walsh projection", operations: operations) {
      blocks.kernel(batch: batch, channels: channels) { geometry in
        byType(
          "walshProjected",
          float32: { ck_walsh_project_f32(geometry, floats, reflects, scale, y.floats, sums?.floats) },
          bfloat16: { ck_walsh_project_bf16(geometry, bfloats, reflects, scale, y.floats, sums?.floats) })
      }
    }
    return y.inspected("Walsh projection")
  }

  /// The tokens that coefficients stand for; a constant for gradients.
  ///
  ///     y[n, extra + pixel, c] = Σ_b x[n, extra + p·bases + b, c] B_b[pixel], p the block of the pixel
  ///
  /// Extra tokens are copied. `self` is float32, [N, blocks.rows, C].
  /// - Parameters:
  ///   - blocks: those that the coefficients belong to.
  ///   - shape: of the tokens, [N, …, C].
  ///   - dtype: of the result, float32 or bfloat16.
  public func walshReconstructed(from blocks: WalshBlocks, shape: Shape, dtype: DType = .float32) -> Tensor {
    Scope.require(
      self.dtype == .float32 && shape.rank >= 2 && self.shape == [shape[0], blocks.rows, shape[-1]]
        && shape.count(1..<shape.rank - 1) == blocks.tokens, "walshReconstructed",
      "float32 coefficients of \(blocks.rows) rows and \(blocks.tokens) tokens an example are expected, found "
        + "\(self.dtype) \(self.shape) and tokens \(shape)")
    let (batch, channels) = (shape[0], shape[-1])
    let y = Tensor(uninitialized: shape, dtype: dtype)
    let operations = blocks.additions * Double(batch * blocks.blockCount * channels)
    Ledger.kernel("Walsh reconstruction", operations: operations) {
      blocks.kernel(batch: batch, channels: channels) { geometry in
        y.byType(
          "walshReconstructed", float32: { ck_walsh_reconstruct_f32(geometry, floats, y.floats) },
          bfloat16: { ck_walsh_reconstruct_bf16(geometry, floats, y.bfloats) })
      }
    }
    return y.inspected("Walsh reconstruction")
  }
}
