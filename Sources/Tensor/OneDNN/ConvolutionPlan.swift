import COneDNN

/// Plans of convolutions, by geometry.
enum ConvolutionPlan {
  private static let cache = PlanCache<ConvolutionGeometry, WeightedPlan>()

  static func plan(for geometry: ConvolutionGeometry) -> WeightedPlan { cache.plan(for: geometry, make: make) }

  private static func make(_ geometry: ConvolutionGeometry) -> WeightedPlan {
    let options = geometry.options
    let bias = geometry.hasBias ? MemoryLayout([geometry.outputChannels], .float32, dnnl_a) : nil
    let operands = WeightedPlan.Operands(
      input: MemoryLayout(
        [geometry.batch, geometry.inputChannels, geometry.height, geometry.width], geometry.arithmetic,
        dnnl_nhwc),
      output: MemoryLayout(
        [geometry.batch, geometry.outputChannels, geometry.outputHeight, geometry.outputWidth],
        geometry.arithmetic,
        dnnl_nhwc),
      weights: weights(geometry, .float32, geometry.groups == 1 ? dnnl_oihw : dnnl_goihw),
      bias: bias)
    let free = weights(geometry, geometry.arithmetic, dnnl_format_tag_any)
    let freeGradient = weights(geometry, .float32, dnnl_format_tag_any)
    return WeightedPlan(
      .init(
        forward: "convolution", inputGradient: "convolution input gradient",
        weightGradient: "convolution weight gradient"),
      operands: operands, arithmetic: geometry.arithmetic, operations: geometry.operations
    ) { direction in
      var description: OpaquePointer?
      let status =
        switch direction {
        case .forward:
          forward(
            &description, geometry, operands, propagation: dnnl_forward_training, attributes: OneDNN.attributes.pointer)
        case .backwardData(let forward):
          dnnl_convolution_backward_data_primitive_desc_create(
            &description, OneDNN.engine.pointer, dnnl_convolution_direct, operands.input.descriptor,
            free.descriptor, operands.output.descriptor, options.strides, options.dilates,
            options.leadingPadding, options.trailingPadding, forward, OneDNN.attributes.pointer)
        case .backwardWeights(let forward):
          dnnl_convolution_backward_weights_primitive_desc_create(
            &description, OneDNN.engine.pointer, dnnl_convolution_direct, operands.input.descriptor,
            freeGradient.descriptor, bias?.descriptor, operands.output.descriptor, options.strides,
            options.dilates, options.leadingPadding, options.trailingPadding, forward,
            OneDNN.attributes.pointer)
        }
      OneDNN.check(status, "plan \(geometry)")
      return description!
    }
  }

  /// Describes the forward pass, with weights in the layout that suits it.
  static func forward(
    _ description: inout OpaquePointer?, _ geometry: ConvolutionGeometry, _ operands: WeightedPlan.Operands,
    propagation: dnnl_prop_kind_t, attributes: OpaquePointer
  ) -> dnnl_status_t {
    let options = geometry.options
    let free = weights(geometry, geometry.arithmetic, dnnl_format_tag_any)
    return dnnl_convolution_forward_primitive_desc_create(
      &description, OneDNN.engine.pointer, propagation, dnnl_convolution_direct, operands.input.descriptor,
      free.descriptor, operands.bias?.descriptor, operands.output.descriptor, options.strides, options.dilates,
      options.leadingPadding, options.trailingPadding, attributes)
  }

  static func weights(
    _ geometry: ConvolutionGeometry, _ dtype: DType, _ tag: dnnl_format_tag_t
  ) -> MemoryLayout {
    let groups = geometry.groups
    let extents = [
      geometry.outputChannels / groups, geometry.inputChannels / groups, geometry.kernelHeight,
      geometry.kernelWidth,
    ]
    return MemoryLayout(groups == 1 ? extents : [groups] + extents, dtype, tag)
  }
}
