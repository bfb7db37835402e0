import COneDNN

/// A convolution for inference: weights packed once; bias, residual and activation in the same pass.
///
///     y = act(convolution(x, weight) + bias + residual)
public final class PreparedConvolution: Sendable {
  private enum Kernel {
    case product(PreparedProduct)
    case winograd(PreparedWinograd)
    case depthwise(PreparedDepthwise)
  }

  private let kernel: Kernel
  private let outputShape: Shape

  /// Packs the weights for inputs of one shape.
  /// - Parameters:
  ///   - inputShape: [N, H, W, C].
  ///   - dtype: of the images, float32 or bfloat16.
  ///   - weight: float32, [O, C / groups, kernel height, kernel width].
  ///   - bias: float32, [O].
  ///   - options: stride, padding, dilation and groups.
  ///   - post: depthwise convolutions take no residual.
  public init(
    inputShape: Shape, dtype: DType = .float32, weight: Tensor, bias: Tensor?,
    options: ConvolutionOptions = ConvolutionOptions(), post: PostOperations = PostOperations()
  ) {
    let geometry = ConvolutionGeometry(
      input: inputShape, weight: weight.shape, options: options, dtype: dtype, hasBias: bias != nil)
    outputShape = geometry.outputShape
    if geometry.isDepthwise {
      Scope.require(post.residual == .none, "prepared convolution", "a depthwise convolution takes no residual")
      kernel = .depthwise(PreparedDepthwise(geometry, weight: weight, bias: bias, activation: post.activation))
    } else if let winograd = PreparedWinograd(geometry, weight: weight, bias: bias, post: post) {
      kernel = .winograd(winograd)
    } else {
      kernel = .product(Self.product(geometry, weight: weight, bias: bias, post: post))
    }
  }

  /// The result for an image batch.
  public func callAsFunction(_ x: Tensor, residual: Tensor? = nil) -> Tensor {
    switch kernel {
    case .product(let product): product.run(x, residual: residual, shape: outputShape)
    case .winograd(let winograd): winograd.run(x, residual: residual, shape: outputShape)
    case .depthwise(let depthwise): depthwise.run(x)
    }
  }

  private static func product(
    _ geometry: ConvolutionGeometry, weight: Tensor, bias: Tensor?, post: PostOperations
  ) -> PreparedProduct {
    let (options, arithmetic) = (geometry.options, ProductType.supported(geometry.dtype))
    let input = MemoryLayout(
      [geometry.batch, geometry.inputChannels, geometry.height, geometry.width], arithmetic, dnnl_nhwc)
    let output = MemoryLayout(
      [geometry.batch, geometry.outputChannels, geometry.outputHeight, geometry.outputWidth], arithmetic, dnnl_nhwc)
    let plain = ConvolutionPlan.weights(geometry, .float32, geometry.groups == 1 ? dnnl_oihw : dnnl_goihw)
    let free = ConvolutionPlan.weights(geometry, arithmetic, dnnl_format_tag_any)
    let biasLayout = bias.map { MemoryLayout([$0.count], .float32, dnnl_a) }
    return PreparedProduct(
      "convolution", input: input, output: output, weight: weight, plain: plain, bias: bias,
      biasLayout: biasLayout, arithmetic: arithmetic, operations: geometry.operations, post: post
    ) { attributes in
      var description: OpaquePointer?
      OneDNN.check(
        dnnl_convolution_forward_primitive_desc_create(
          &description, OneDNN.engine.pointer, dnnl_forward_inference, dnnl_convolution_direct, input.descriptor,
          free.descriptor, biasLayout?.descriptor, output.descriptor, options.strides, options.dilates,
          options.leadingPadding, options.trailingPadding, attributes), "prepare \(geometry)")
      return description!
    }
  }
}
