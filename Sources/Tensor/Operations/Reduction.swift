import CKernels

extension Tensor {
  /// The sum over some axes, all of them by default.
  /// - Parameters:
  ///   - axes: counted from the end where negative.
  ///   - keepsAxes: whether a summed axis stays with the extent one.
  public func sum(axes: [Int]? = nil, keepsAxes: Bool = false) -> Tensor {
    reduced(axes: axes, keepsAxes: keepsAxes, isMean: false)
  }

  /// The mean over some axes, all of them by default.
  public func mean(axes: [Int]? = nil, keepsAxes: Bool = false) -> Tensor {
    reduced(axes: axes, keepsAxes: keepsAxes, isMean: true)
  }

  /// The variance over some axes: Σ (x − mean)² / (n − correction).
  public func variance(axes: [Int]? = nil, keepsAxes: Bool = false, correction: Int = 1) -> Tensor {
    let centred = self - mean(axes: axes, keepsAxes: true)
    let total = centred.squared().sum(axes: axes, keepsAxes: keepsAxes)
    return total.scaled(by: 1 / Float(count / total.count - correction))
  }

  private func reduced(axes: [Int]?, keepsAxes: Bool, isMean: Bool) -> Tensor {
    let reducedAxes = Set((axes ?? Array(0..<shape.rank)).map(shape.resolve))
    var kept = shape
    for axis in reducedAxes { kept[axis] = 1 }
    let result = keepsAxes ? kept : Shape((0..<shape.rank).filter { !reducedAxes.contains($0) }.map { shape[$0] })
    let scale = isMean ? Float(kept.count) / Float(count) : 1
    let y = Tensor.untraced {
      let total = detached.summed(toShape: kept)
      return (scale == 1 ? total : total.scaled(by: scale)).reshaped(result)
    }
    y.traced(.reduction(axes: reducedAxes.sorted(), keepsAxes: keepsAxes, isMean: isMean), [self])
    let inputShape = shape
    return y.recorded("sum", inputs: [self]) { cotangent, _ in
      [cotangent.reshaped(kept).scaled(by: scale).broadcast(to: inputShape)]
    }
  }

  /// The elements repeated along axes of extent one until the shape is the given one.
  public func broadcast(to target: Shape) -> Tensor {
    if target == shape { return self }
    let fits =
      shape.rank <= target.rank
      && zip(shape.padded(to: target.rank), target.array).allSatisfy { $0 == 1 || Int($0) == $1 }
    Scope.require(fits, "broadcast", "shape \(shape) does not broadcast to \(target)")
    let y = Tensor.untraced { self + Tensor.zeros(target, dtype: dtype) }
    y.traced(.broadcast, [self])
    return y
  }

  /// The largest elements along an axis and their first positions (int64).
  public func maximum(axis: Int, keepsAxis: Bool = false) -> (values: Tensor, indices: Tensor) {
    extremum(axis: axis, keepsAxis: keepsAxis, name: "maximum", ck_reduce_maximum_f32, ck_reduce_maximum_bf16)
  }

  /// The smallest elements along an axis and their first positions (int64).
  public func minimum(axis: Int, keepsAxis: Bool = false) -> (values: Tensor, indices: Tensor) {
    extremum(axis: axis, keepsAxis: keepsAxis, name: "minimum", ck_reduce_minimum_f32, ck_reduce_minimum_bf16)
  }

  private typealias Extremum<Element> = (
    UnsafePointer<Element>?, Int64, Int64, Int64, UnsafeMutablePointer<Element>?, UnsafeMutablePointer<Int64>?
  ) -> Void

  private func extremum(
    axis: Int, keepsAxis: Bool, name: StaticString, _ float32: Extremum<Float>, _ bfloat16: Extremum<UInt16>
  ) -> (values: Tensor, indices: Tensor) {
    let axis = shape.resolve(axis)
    let (outer, extent, inner) = shape.split(at: axis)
    Scope.require(extent > 0, "\(name)", "axis \(axis) of \(shape) is empty")
    var result = shape
    result[axis] = 1
    if !keepsAxis { result = shape.removing(axis: axis) }
    let values = Tensor(uninitialized: result, dtype: dtype)
    let indices = Tensor(uninitialized: result, dtype: .int64)
    let places = indices.pointer.assumingMemoryBound(to: Int64.self)
    Ledger.kernel(name, operations: Double(count)) {
      byType(
        name,
        float32: { float32(floats, Int64(outer), Int64(extent), Int64(inner), values.floats, places) },
        bfloat16: { bfloat16(bfloats, Int64(outer), Int64(extent), Int64(inner), values.bfloats, places) })
    }
    if Tensor.wantsGradient([self]) { Ledger.saved(indices, by: name) }
    let inputShape = shape
    let recorded = values.recorded(name, inputs: [self]) { cotangent, _ in
      let dx = Tensor.zeros(inputShape, dtype: cotangent.dtype)
      let places = indices.array(of: Int64.self)
      let width = cotangent.dtype.byteCount
      for (position, place) in places.enumerated() {
        let target = (position / inner * extent + Int(place)) * inner + position % inner
        (dx.pointer + target * width).copyMemory(from: cotangent.pointer + position * width, byteCount: width)
      }
      return [dx]
    }
    return (recorded, indices)
  }
}
