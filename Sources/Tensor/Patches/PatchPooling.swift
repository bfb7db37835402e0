import CKernels

/// Deferred elements whose means over patches can be had without them.
protocol PatchwiseElements: DeferredElements {
  /// Of the images, [N, H, W, C].
  var shape: Shape { get }
  /// The mean of each patch, float32 [N, rows, columns, C]; nil where the elements are needed for it.
  func means(over grid: PatchGrid) -> Tensor?
}

extension PatchwiseElements {
  var rowCount: Int { shape.matrix.rows }
}

extension Tensor {
  /// The mean of each patch of an image batch [N, H, W, C] over its pixels inside the image; for backward passes, not recorded.
  /// - Returns: float32, [N, rows, columns, C].
  public func patchMeans(over grid: PatchGrid) -> Tensor {
    let deferred = storage.deferred as? any PatchwiseElements
    let means = deferred.flatMap { $0.shape == shape ? $0.means(over: grid) : nil }
    return means ?? patchPooled(over: grid, isMean: true)
  }

  /// The sum of each patch of an image batch [N, H, W, C]; for backward passes, not recorded.
  /// - Returns: float32, [N, rows, columns, C].
  public func patchSums(over grid: PatchGrid) -> Tensor { patchPooled(over: grid, isMean: false) }

  /// The sum over all pixels of images whose means over patches these are, for each channel: [C].
  /// - Parameter grid: the patches, which cover each pixel.
  public func pixelSums(of grid: PatchGrid) -> Tensor {
    (self * grid.pixelCounts).summed(toShape: [shape[-1]], dtype: .float32)
  }

  private func patchPooled(over grid: PatchGrid, isMean: Bool) -> Tensor {
    Scope.require(
      shape.rank == 4 && Pair(shape[1], shape[2]) == grid.size, "patchPooled",
      "images of \(grid.size.height)×\(grid.size.width) are expected, found \(shape)")
    var kernelGrid = grid.kernelGrid(batch: shape[0], channels: shape[3])
    let pooled = Tensor(uninitialized: [shape[0], grid.count.height, grid.count.width, shape[3]])
    Ledger.kernel("patch pooling", operations: Double(count)) {
      byType(
        "patchPooled", float32: { ck_patch_pool_f32(&kernelGrid, isMean ? 1 : 0, floats, pooled.floats) },
        bfloat16: { ck_patch_pool_bf16(&kernelGrid, isMean ? 1 : 0, bfloats, pooled.floats) })
    }
    return pooled
  }
}
