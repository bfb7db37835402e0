import CKernels

extension Tensor {
  /// How far each pixel of an image batch [N, H, W, C] is from each of its neighbours: the sum of absolute differences over the
  /// channels; a constant for gradients.
  ///
  ///     y[p, i] = Σ_c |x[p, c] − rollᵢ(x)[p, c]|
  ///
  /// It equals the composition of `rolled(axis:by:)`, differences, `absolute()` and sums, but reads the image once.
  /// - Returns: [N, H, W, rolls] of the type of `x`.
  public func relativeDistances(to rolls: [RelativeNeighbours.Roll]) -> Tensor {
    let geometry = RelativeGeometry(shape, rolls, "relativeDistances")
    let y = Tensor(uninitialized: geometry.pairs, dtype: dtype)
    Ledger.kernel("relative distances", operations: 3 * geometry.operations) {
      geometry.kernel(selfMinusNeighbour: true) { shape in
        byType(
          "relativeDistances", float32: { ck_relative_distances_f32(shape, floats, y.floats) },
          bfloat16: { ck_relative_distances_bf16(shape, bfloats, y.bfloats) })
      }
    }
    y.traced(.relativeDistances(rolls), [self])
    return y.inspected("relative distances")
  }
}
