import COneDNN

/// A oneDNN product with weights that were packed once: the common part of convolutions and linear layers for inference.
final class PreparedProduct: Sendable {
  private let name: StaticString
  private let primitive: Primitive
  private let weights: Tensor
  private let bias: Tensor?
  /// The type in which the primitive reads and writes activations; others are converted before and after.
  private let arithmetic: DType
  private let operations: Double
  private let post: PostOperations

  /// - Parameters:
  ///   - plain: the layout in which `weight` holds its elements.
  ///   - describe: makes the primitive descriptor with the given attributes.
  init(
    _ name: StaticString, input: MemoryLayout, output: MemoryLayout, weight: Tensor, plain: MemoryLayout, bias: Tensor?,
    biasLayout: MemoryLayout?, arithmetic: DType, operations: Double, post: PostOperations,
    describe: (_ attributes: OpaquePointer) -> OpaquePointer
  ) {
    let attributes = post.attributes(output: output)
    defer { dnnl_primitive_attr_destroy(attributes) }
    let description = describe(attributes)
    let packed = MemoryLayout(of: dnnl_query_weights_md, in: description)
    weights = Reorder(from: plain, to: packed).apply(to: weight.detached)
    var operands = [(DNNL_ARG_SRC, input), (DNNL_ARG_WEIGHTS, packed), (DNNL_ARG_DST, output)]
    if let biasLayout { operands.append((DNNL_ARG_BIAS, biasLayout)) }
    if post.residual == .kept { operands.append((PostOperations.argument(0), output)) }
    primitive = Primitive(description, operands: operands)
    (self.name, self.bias, self.post) = (name, bias?.detached, post)
    (self.arithmetic, self.operations) = (arithmetic, operations)
  }

  /// The result for an input: in the residual's memory where that is replaced, else in new memory.
  func run(_ x: Tensor, residual addend: Tensor?, shape: Shape) -> Tensor {
    if x.dtype != arithmetic {
      let y = run(x.cast(to: arithmetic), residual: addend?.cast(to: arithmetic), shape: shape)
      return y.cast(to: x.dtype)
    }
    let output = post.output(shape, x.dtype, residual: addend)
    var addresses = [x.pointer, weights.pointer, output.pointer]
    if let bias { addresses.append(bias.pointer) }
    if post.residual == .kept, let addend { addresses.append(addend.pointer) }
    Ledger.kernel(name, operations: operations) { primitive.run(addresses) }
    return output
  }
}
