import COneDNN

/// The sizes of a linear layer.
struct LinearGeometry: Hashable, Sendable {
  var rows: Int
  var inputs: Int
  var outputs: Int
  var dtype: DType
  var hasBias: Bool

  /// Floating-point operations of one pass.
  var operations: Double { 2 * Double(rows) * Double(inputs) * Double(outputs) }

  /// The type in which the products are computed.
  var arithmetic: DType { ProductType.choose(for: dtype, operations: operations, elements: rows * (inputs + outputs)) }
}

/// Plans of linear layers, by geometry.
enum LinearPlan {
  private static let cache = PlanCache<LinearGeometry, WeightedPlan>()

  static func plan(for geometry: LinearGeometry) -> WeightedPlan { cache.plan(for: geometry, make: make) }

  private static func make(_ geometry: LinearGeometry) -> WeightedPlan {
    let bias = geometry.hasBias ? MemoryLayout([geometry.outputs], .float32, dnnl_a) : nil
    let extents = [geometry.outputs, geometry.inputs]
    let operands = WeightedPlan.Operands(
      input: MemoryLayout([geometry.rows, geometry.inputs], geometry.arithmetic, dnnl_ab),
      output: MemoryLayout([geometry.rows, geometry.outputs], geometry.arithmetic, dnnl_ab),
      weights: MemoryLayout(extents, .float32, dnnl_ab), bias: bias)
    let free = MemoryLayout(extents, geometry.arithmetic, dnnl_format_tag_any)
    let freeGradient = MemoryLayout(extents, .float32, dnnl_format_tag_any)
    return WeightedPlan(
      .init(forward: "linear", inputGradient: "linear input gradient", weightGradient: "linear weight gradient"),
      operands: operands, arithmetic: geometry.arithmetic, operations: geometry.operations
    ) { direction in
      var description: OpaquePointer?
      let status =
        switch direction {
        case .forward:
          dnnl_inner_product_forward_primitive_desc_create(
            &description, OneDNN.engine.pointer, dnnl_forward_training, operands.input.descriptor,
            free.descriptor, bias?.descriptor, operands.output.descriptor, OneDNN.attributes.pointer)
        case .backwardData(let forward):
          dnnl_inner_product_backward_data_primitive_desc_create(
            &description, OneDNN.engine.pointer, operands.input.descriptor, free.descriptor,
            operands.output.descriptor, forward, OneDNN.attributes.pointer)
        case .backwardWeights(let forward):
          dnnl_inner_product_backward_weights_primitive_desc_create(
            &description, OneDNN.engine.pointer, operands.input.descriptor, freeGradient.descriptor,
            bias?.descriptor, operands.output.descriptor, forward, OneDNN.attributes.pointer)
        }
      OneDNN.check(status, "plan \(geometry)")
      return description!
    }
  }
}
