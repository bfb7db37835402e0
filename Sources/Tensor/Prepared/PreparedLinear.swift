import COneDNN

/// A linear map for inference: weights packed once; bias, residual and activation in the same pass.
///
/// It runs as a matrix product: oneDNN's inner product takes a fifth longer where the rows are few and odd (ViT's 197).
///
///     y = act(x weightᵀ + bias + residual)
public final class PreparedLinear: Sendable {
  private let product: PreparedProduct
  private let outputs: Int

  /// Packs the weights for a number of rows.
  /// - Parameters:
  ///   - rows: the product of all axes of the input but the last.
  ///   - dtype: of the input, float32 or bfloat16.
  ///   - weight: float32, [O, I].
  ///   - bias: float32, [O].
  ///   - post: what happens to the result on the way.
  public init(
    rows: Int, dtype: DType = .float32, weight: Tensor, bias: Tensor?, post: PostOperations = PostOperations()
  ) {
    outputs = weight.shape[0]
    let extents = [weight.shape[0], weight.shape[1]]
    let arithmetic = ProductType.supported(dtype)
    let input = MemoryLayout([rows, extents[1]], arithmetic, dnnl_ab)
    let output = MemoryLayout([rows, extents[0]], arithmetic, dnnl_ab)
    let free = MemoryLayout([extents[1], extents[0]], arithmetic, dnnl_format_tag_any)
    let biasLayout = bias.map { MemoryLayout([1, $0.count], .float32, dnnl_ab) }
    let operations = 2 * Double(rows) * Double(weight.count)
    product = PreparedProduct(
      "linear", input: input, output: output, weight: weight,
      plain: MemoryLayout([extents[1], extents[0]], .float32, dnnl_ba),
      bias: bias, biasLayout: biasLayout, arithmetic: arithmetic, operations: operations, post: post
    ) { attributes in
      var description: OpaquePointer?
      OneDNN.check(
        dnnl_matmul_primitive_desc_create(
          &description, OneDNN.engine.pointer, input.descriptor, free.descriptor, biasLayout?.descriptor,
          output.descriptor, attributes), "prepare a linear layer of \(rows) rows")
      return description!
    }
  }

  /// The result for an input […, I].
  public func callAsFunction(_ x: Tensor, residual: Tensor? = nil) -> Tensor {
    product.run(x, residual: residual, shape: Shape(x.shape.array.dropLast() + [outputs]))
  }
}
