import COneDNN

/// A convolution with a batch norm of fixed statistics in the same pass: act(scale · (x ∗ weight + bias) + shift + residual).
///
/// It reads the weights that the plain convolution has packed.
final class NormalizedConvolutionPlan: Sendable {
  private struct Key: Hashable {
    let geometry: ConvolutionGeometry
    let post: PostOperations
  }

  private static let cache = PlanCache<Key, NormalizedConvolutionPlan>()

  /// nil where oneDNN has no such kernel for the weights as they are packed.
  private let primitive: Primitive?
  private let operations: Double

  /// The plan of a convolution; nil where there is no kernel for it.
  static func plan(for geometry: ConvolutionGeometry, post: PostOperations) -> NormalizedConvolutionPlan? {
    let plan = cache.plan(for: Key(geometry: geometry, post: post)) { NormalizedConvolutionPlan($0) }
    return plan.primitive == nil ? nil : plan
  }

  private init(_ key: Key) {
    operations = key.geometry.operations
    let plain = ConvolutionPlan.plan(for: key.geometry)
    let operands = plain.operands
    let channels = MemoryLayout([1, key.geometry.outputChannels, 1, 1], .float32, dnnl_nhwc)
    let attributes = key.post.attributes(output: operands.output, channels: channels)
    defer { dnnl_primitive_attr_destroy(attributes) }
    var description: OpaquePointer?
    let status = ConvolutionPlan.forward(
      &description, key.geometry, operands, propagation: dnnl_forward_inference, attributes: attributes)
    guard status == dnnl_success, let description else {
      primitive = nil
      return
    }
    let weights = MemoryLayout(of: dnnl_query_weights_md, in: description)
    guard weights == plain.packedWeights else {
      dnnl_primitive_desc_destroy(description)
      primitive = nil
      return
    }
    var arguments = [(DNNL_ARG_SRC, operands.input), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DST, operands.output)]
    arguments += [(PostOperations.argument(0), channels), (PostOperations.argument(1), channels)]
    if let bias = operands.bias { arguments.append((DNNL_ARG_BIAS, bias)) }
    if key.post.residual == .kept { arguments.append((PostOperations.argument(2), operands.output)) }
    primitive = Primitive(description, operands: arguments)
  }

  /// Writes the result at an address; all operands are those of the plan's geometry.
  func run(
    _ input: Tensor, packed: Tensor, _ bias: Tensor?, scale: Tensor, shift: Tensor, residual: Tensor?,
    into output: UnsafeMutableRawPointer
  ) {
    let addresses =
      [input.pointer, packed.pointer, output, scale.pointer, shift.pointer]
      + [bias, residual].compactMap { $0?.pointer }
    Ledger.kernel("convolution", operations: operations) { primitive?.run(addresses) }
  }
}
