import CKernels

extension Tensor {
  /// Moves each pixel towards the mean of the 3×3 pixels around it: pooling minus identity, a mixer of tokens that learns nothing but a
  /// factor for each channel (Yu et al., CVPR 2022, equation 4; Li et al., NeurIPS 2022, equation 4).
  ///
  ///     y = x + γ ⊙ (mean₃ₓ₃(x) − x)
  ///
  /// Means count the pixels of the image alone. Keeps the image where γ trains, nothing else.
  /// - Parameter factors: γ, float32, [C].
  /// - Returns: of the shape of this image batch, [N, H, W, C].
  public func mixedByPooling(factors: Tensor) -> Tensor {
    Scope.require(
      shape.rank == 4 && shape.count > 0, "mixedByPooling", "an image batch [N, H, W, C] is expected, found \(shape)")
    Scope.require(
      factors.shape == [shape[3]] && factors.dtype == .float32, "mixedByPooling",
      "float32 factors [\(shape[3])] are expected, found \(factors.dtype) \(factors.shape)")
    if TraceRecorder.listsParts {
      return self + differenceFromPooled * factors.cast(to: dtype)
    }
    let y = poolingMix(factors, isTransposed: false)
    y.traced(.poolingMix, [self, factors])
    guard Tensor.wantsGradient([self, factors]) else { return y.inspected("pooling mix") }
    let image = Tensor.wantsGradient([factors]) ? SavedTensor(self, by: "pooling mix") : nil
    let constants = factors.detached
    return y.recorded("pooling mix", inputs: [self, factors]) { cotangent, wanted in
      let dx = wanted[0] ? cotangent.poolingMix(constants, isTransposed: true) : nil
      let gamma = image.flatMap { wanted[1] ? $0.tensor.differenceFromPooled * cotangent : nil }
      return [dx, gamma?.summed(toShape: constants.shape, dtype: .float32)]
    }
  }

  private var differenceFromPooled: Tensor {
    averagePooled(PoolingOptions(kernel: 3, stride: 1, padding: 1), countsPadding: false) - self
  }

  private func poolingMix(_ factors: Tensor, isTransposed: Bool) -> Tensor {
    let y = similar
    var geometry = ck_pooling_mix_shape(
      batch: Int64(shape[0]), height: Int64(shape[1]), width: Int64(shape[2]), channels: Int64(shape[3]))
    Ledger.kernel("pooling mix", operations: 12 * Double(count)) {
      byType(
        "mixedByPooling",
        float32: { ck_pooling_mix_f32(&geometry, isTransposed, factors.floats, floats, y.floats) },
        bfloat16: { ck_pooling_mix_bf16(&geometry, isTransposed, factors.floats, bfloats, y.bfloats) })
    }
    return y
  }
}
