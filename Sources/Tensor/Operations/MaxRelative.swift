import CKernels

extension Tensor {
  /// The aggregation of max-relative graph convolutions: the image, and behind its channels the largest difference to a
  /// neighbour (Li et al., ICCV 2019, section 3.2), where it is above zero.
  ///
  ///     y[p] = (x[p], max(0, maxᵢ mᵢ[p] ±(x[p] − rollᵢ(x)[p])))
  ///
  /// It equals the composition of `rolled(axis:by:)`, differences, `maximum(_:)` and `concatenated(_:axis:)`, but reads the
  /// image once and rolls nothing. Of equal differences the first neighbour's gets the whole gradient, and none does where the
  /// maximum is zero. A neighbour that is NaN counts as none.
  ///
  /// Keeps one byte for each element, the number of the neighbour that won; the result is computed again from `x`.
  /// - Parameters:
  ///   - neighbours: the rolls, and the sign of the differences.
  ///   - mask: of the type of `x`, [N, H, W, rolls]: 1 where a neighbour counts, 0 where it does not; a constant for gradients.
  ///     All count by default.
  /// - Returns: [N, H, W, 2 C] for an image batch [N, H, W, C].
  public func maxRelative(to neighbours: RelativeNeighbours, mask: Tensor? = nil) -> Tensor {
    let aggregation = MaxRelative(neighbours, of: self, mask: mask)
    let isRecorded = Tensor.wantsGradient([self])
    let winners = isRecorded ? Tensor(uninitialized: shape, dtype: .uint8) : nil
    let mask = mask?.detached
    let y = aggregation.forward(self, mask: mask, winners: winners)
    y.traced(.maxRelative(neighbours), [self, mask])
    guard let winners else { return y.inspected("max relative") }
    let (input, saved) = (SavedTensor(self, by: "max relative"), SavedTensor(winners, by: "max relative"))
    let keptMask = mask.map { SavedTensor($0, by: "max relative") }
    let recipe = Recipe(for: y) { aggregation.forward(input.tensor, mask: keptMask?.tensor, winners: nil) }
    return y.recorded("max relative", inputs: [self], recipe: recipe) { cotangent, _ in
      [aggregation.backward(cotangent, winners: saved.tensor)]
    }
  }
}

/// One aggregation.
private struct MaxRelative {
  private let geometry: RelativeGeometry
  private let selfMinusNeighbour: Bool

  init(_ neighbours: RelativeNeighbours, of x: Tensor, mask: Tensor?) {
    geometry = RelativeGeometry(x.shape, neighbours.rolls, "maxRelative")
    selfMinusNeighbour = neighbours.difference == .selfMinusNeighbour
    Scope.require(
      mask.map { $0.shape == geometry.pairs && $0.dtype == x.dtype } ?? true, "maxRelative",
      "a mask of \(x.dtype) \(geometry.pairs) is expected for input \(x.shape), found \(mask?.dtype ?? x.dtype) "
        + "\(mask?.shape ?? [])")
  }

  func forward(_ x: Tensor, mask: Tensor?, winners: Tensor?) -> Tensor {
    let shape = geometry.shape
    let y = Tensor(uninitialized: [shape[0], shape[1], shape[2], 2 * shape[3]], dtype: x.dtype)
    let places = winners?.pointer.assumingMemoryBound(to: UInt8.self)
    Ledger.kernel("max relative", operations: geometry.operations) {
      geometry.kernel(selfMinusNeighbour: selfMinusNeighbour) { shape in
        x.byType(
          "maxRelative",
          float32: { ck_max_relative_forward_f32(shape, x.floats, mask?.floats, y.floats, places) },
          bfloat16: { ck_max_relative_forward_bf16(shape, x.bfloats, mask?.bfloats, y.bfloats, places) })
      }
    }
    return y
  }

  func backward(_ cotangent: Tensor, winners: Tensor) -> Tensor {
    let dx = Tensor(uninitialized: geometry.shape, dtype: cotangent.dtype)
    let places = winners.pointer.assumingMemoryBound(to: UInt8.self)
    Ledger.kernel("max relative", operations: geometry.operations) {
      geometry.kernel(selfMinusNeighbour: selfMinusNeighbour) { shape in
        cotangent.byType(
          "maxRelative",
          float32: { ck_max_relative_backward_f32(shape, cotangent.floats, places, dx.floats) },
          bfloat16: { ck_max_relative_backward_bf16(shape, cotangent.bfloats, places, dx.bfloats) })
      }
    }
    return dx
  }
}
