import CKernels

/// Cotangents that are constant on patches, after the backward pass of a rectified norm: scale · dz, where dz is the constant of
/// the patch at active pixels and 0 elsewhere.
struct MaskedPatches: PatchwiseElements {
  private let constant: PatchConstant
  private let activity: Activity
  /// [C]; nil for ones.
  private let scale: Tensor?
  /// The module that normalises, which the work is entered for.
  private let path = Scope.path

  init(_ constant: PatchConstant, _ activity: Activity, scale: Tensor?) {
    (self.constant, self.activity, self.scale) = (constant, activity, scale)
  }

  var shape: Shape { constant.shape }

  var tensor: Tensor { Tensor(deferred: self, shape: shape, dtype: constant.dtype) }

  func means(over grid: PatchGrid) -> Tensor? {
    guard let values = constant.means(over: grid) else { return nil }
    let means = values * activity.fractions(over: grid)
    return scale.map { means * $0 } ?? means
  }

  func fill(_ storage: Storage, showing: (Range<Int>) -> Void) {
    constant.fill(storage) { _ in }
    let images = Tensor(storage: storage, shape: shape, dtype: constant.dtype)
    Scope.$path.withValue(path) {
      if let scale {
        activity.backward(images, scale: scale, input: images, residual: nil)
      } else {
        activity.backward(images, scale: nil, input: nil, residual: images)
      }
    }
    showing(0..<images.shape.matrix.rows)
  }
}
