import CKernels

/// A grid of equal patches over the pixels of an image.
///
/// Patch (i, j) covers the pixels from row i · patch.height − offset.height and column j · patch.width − offset.width on, as far
/// as they are in the image.
public struct PatchGrid: Sendable, Hashable {
  /// Height and width of the image.
  public let size: Pair
  /// Height and width of a patch.
  public let patch: Pair
  /// Rows and columns of patches.
  public let count: Pair
  /// How far the first patch reaches over the upper and left border; negative where pixels there belong to no patch.
  public let offset: Pair

  /// A grid at a place of its own.
  public init(size: Pair, patch: Pair, count: Pair, offset: Pair) {
    Scope.require(
      patch.height > 0 && patch.width > 0 && count.height > 0 && count.width > 0, "PatchGrid",
      "at least one patch of at least one pixel is expected, found \(count) of \(patch)")
    (self.size, self.patch, self.count, self.offset) = (size, patch, count, offset)
  }

  /// As few patches as cover an image; what is over is shared by both borders, an odd pixel goes to the upper and left one.
  public init(covering size: Pair, patch: Pair) {
    let count = Pair(
      (size.height + patch.height - 1) / patch.height, (size.width + patch.width - 1) / patch.width)
    let excess = Pair(count.height * patch.height - size.height, count.width * patch.width - size.width)
    self.init(size: size, patch: patch, count: count, offset: Pair((excess.height + 1) / 2, (excess.width + 1) / 2))
  }

  /// The number of patches on an image.
  public var patchCount: Int { count.height * count.width }

  /// How many pixels of the image each patch covers, [rows, columns, 1].
  var pixelCounts: Tensor {
    func extents(_ count: Int, _ patch: Int, _ offset: Int, _ size: Int) -> [Float] {
      (0..<count).map {
        let span = ck_patch_span_of(Int64($0), Int64(patch), Int64(offset), Int64(size))
        return Float(span.end - span.first)
      }
    }
    let rows = extents(count.height, patch.height, offset.height, size.height)
    let columns = extents(count.width, patch.width, offset.width, size.width)
    return Tensor(rows.flatMap { row in columns.map { row * $0 } }, shape: [count.height, count.width, 1])
  }

  /// Whether one patch covers the whole image.
  var isWhole: Bool {
    count == 1 && offset.height >= 0 && offset.width >= 0 && patch.height - offset.height >= size.height
      && patch.width - offset.width >= size.width
  }

  /// The grid as the kernels take it, for a batch of images.
  func kernelGrid(batch: Int, channels: Int) -> ck_patch_grid {
    ck_patch_grid(
      batch: Int64(batch), height: Int64(size.height), width: Int64(size.width), channels: Int64(channels),
      rows: Int64(count.height), columns: Int64(count.width), patchHeight: Int64(patch.height),
      patchWidth: Int64(patch.width), top: Int64(offset.height), left: Int64(offset.width))
  }
}
