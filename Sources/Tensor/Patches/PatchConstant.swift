import CKernels

/// Images that are constant on each patch of a grid, before anything has read their pixels.
struct PatchConstant: PatchwiseElements {
  let grid: PatchGrid
  /// float32, [N, rows, columns, C].
  let values: Tensor
  let dtype: DType
  /// The module that made them, which the work is entered for.
  private let path = Scope.path

  init(grid: PatchGrid, values: Tensor, dtype: DType) { (self.grid, self.values, self.dtype) = (grid, values, dtype) }

  var shape: Shape { [values.shape[0], grid.size.height, grid.size.width, values.shape[3]] }

  /// The images as a tensor that computes itself when it is read.
  var tensor: Tensor { Tensor(deferred: self, shape: shape, dtype: dtype) }

  func means(over other: PatchGrid) -> Tensor? {
    if other == grid { return values }
    guard grid.isWhole && grid.size == other.size else { return nil }
    return values.broadcast(to: [values.shape[0], other.count.height, other.count.width, values.shape[3]])
  }

  func fill(_ storage: Storage, showing: (Range<Int>) -> Void) {
    let images = Tensor(storage: storage, shape: shape, dtype: dtype)
    var kernelGrid = grid.kernelGrid(batch: shape[0], channels: shape[3])
    Ledger.kernel("patch expansion", of: path) {
      images.byType(
        "patchConstant", float32: { ck_patch_expand_f32(&kernelGrid, values.floats, images.floats) },
        bfloat16: { ck_patch_expand_bf16(&kernelGrid, values.floats, images.bfloats) })
    }
    showing(0..<images.shape.matrix.rows)
  }

  /// The sum with other images that are constant on the same patches.
  func adding(_ other: PatchConstant) -> PatchConstant? {
    guard grid == other.grid, dtype == other.dtype, values.shape == other.values.shape else { return nil }
    return PatchConstant(grid: grid, values: values + other.values, dtype: dtype)
  }
}

extension Tensor {
  /// Images [N, H, W, C] that are constant on each patch of a grid and 0 outside of all patches; for backward passes.
  ///
  /// Pixels are written when they are read; a reader that wants their means over the same patches gets the values.
  /// - Parameters:
  ///   - values: float32, [N, rows, columns, C].
  ///   - grid: the patches.
  ///   - dtype: of the images, float32 or bfloat16.
  public static func patchConstant(_ values: Tensor, on grid: PatchGrid, dtype: DType = .float32) -> Tensor {
    Scope.require(
      values.dtype == .float32 && values.shape.rank == 4 && values.shape[1] == grid.count.height
        && values.shape[2] == grid.count.width, "patchConstant",
      "float32 values of \(grid.count.height)×\(grid.count.width) patches are expected, found \(values.dtype) \(values.shape)"
    )
    return PatchConstant(grid: grid, values: values.detached, dtype: dtype).tensor
  }

  /// The cotangent of images [N, H, W, C] whose mean over all pixels had this cotangent, [N, 1, 1, C].
  func spreadAsMean(over size: Pair) -> Tensor {
    let grid = PatchGrid(covering: size, patch: size)
    let values = detached.cast(to: .float32).scaled(by: 1 / Float(size.height * size.width))
    return PatchConstant(grid: grid, values: values, dtype: dtype).tensor
  }

  /// The patches that the images are known to be constant on; nil where pixels are there or come from elsewhere.
  var patchConstant: PatchConstant? {
    guard let constant = storage.deferred as? PatchConstant, constant.shape == shape else { return nil }
    return constant
  }
}
