/// act(scale · (source ∗ weight + bias) + shift) of a pointwise convolution before anything has read it.
///
/// Two readers that both take bands compute it twice; in the networks of the field an expansion has one.
struct ExpandedElements: DeferredRows {
  let source: Tensor
  /// float32, [O, I, 1, 1].
  let weight: Tensor
  /// The weights in a layout that kernels for most numbers of rows read.
  let packed: (weight: Tensor, layout: MemoryLayout)
  let bias: Tensor?
  let scale: Tensor
  let shift: Tensor
  let geometry: ConvolutionGeometry
  let post: PostOperations
  /// The convolution, which the work is entered for.
  let path: String

  var rowCount: Int { source.shape.matrix.rows }

  func fill(_ address: UnsafeMutableRawPointer, rows: Range<Int>) {
    let geometry = geometry.rows(rows.count)
    let (input, plain) = (source.rows(rows), ConvolutionPlan.plan(for: geometry))
    Scope.$path.withValue(path) {
      let packed = plain.packedWeights == packed.layout ? packed.weight : plain.packed(weight)
      if let plan = NormalizedConvolutionPlan.plan(for: geometry, post: post) {
        plan.run(input, packed: packed, bias, scale: scale, shift: shift, residual: nil, into: address)
      } else {
        let y = Tensor(uninitialized: [rows.count, geometry.outputChannels], dtype: source.dtype)
        plain.forward(input, packed: packed, bias, into: y)
        BatchNormalization.apply(y, scale, shift, post.activation, residual: nil, into: address)
      }
    }
  }
}
