/// The sizes of a two-dimensional convolution.
struct ConvolutionGeometry: Hashable, Sendable {
  var batch: Int
  var height: Int
  var width: Int
  var inputChannels: Int
  var outputHeight: Int
  var outputWidth: Int
  var outputChannels: Int
  var kernelHeight: Int
  var kernelWidth: Int
  var options: ConvolutionOptions
  var dtype: DType
  var hasBias: Bool

  var groups: Int { options.groups }

  /// Floating-point operations of one pass: forward, gradient of the input or gradient of the weights.
  var operations: Double {
    2 * Double(batch * outputHeight * outputWidth * outputChannels)
      * Double(kernelHeight * kernelWidth * inputChannels / groups)
  }

  /// The type in which the products are computed.
  var arithmetic: DType {
    let elements = batch * (height * width * inputChannels + outputHeight * outputWidth * outputChannels)
    return ProductType.choose(for: dtype, operations: operations, elements: elements)
  }
}

extension ConvolutionGeometry {
  init(input: Shape, weight: Shape, options: ConvolutionOptions, dtype: DType, hasBias: Bool) {
    Scope.require(
      input.rank == 4 && input[0] > 0 && weight.rank == 4, "convolution",
      "an input [N, H, W, C] of one image or more and a weight [O, I/groups, H, W] are expected, found \(input) and \(weight)"
    )
    Scope.require(
      options.groups > 0 && weight[1] * options.groups == input[3] && weight[0] % options.groups == 0,
      "convolution",
      "input \(input) has \(input[3]) channels, weight \(weight) with \(options.groups) groups expects "
        + "\(weight[1] * options.groups)")
    Scope.require(
      [options.stride, options.dilation].allSatisfy { $0.height > 0 && $0.width > 0 }, "convolution",
      "a stride and a dilation above zero are expected, found \(options.stride) and \(options.dilation)")
    let size = options.outputSize(Pair(input[1], input[2]), kernel: Pair(weight[2], weight[3]))
    Scope.require(
      size.height > 0 && size.width > 0, "convolution",
      "a kernel of \(weight[2])×\(weight[3]) does not fit into input \(input) with \(options.padding)")
    self.init(
      batch: input[0], height: input[1], width: input[2], inputChannels: input[3], outputHeight: size.height,
      outputWidth: size.width, outputChannels: weight[0], kernelHeight: weight[2], kernelWidth: weight[3],
      options: options, dtype: dtype, hasBias: hasBias)
  }

  var isDepthwise: Bool { groups == inputChannels && groups == outputChannels && groups > 1 }

  var outputShape: Shape { [batch, outputHeight, outputWidth, outputChannels] }
}
