import CKernels
import COneDNN

/// In which type products of activations and weights are computed.
///
/// Where a processor has no fast instructions for bfloat16, oneDNN multiplies it at about half the speed of float32. Then activations stay
/// bfloat16 in memory, and a product with enough work for each element is computed in float32, its operands converted on the way.
/// Where oneDNN does not multiply it at all, every product is.
enum ProductType {
  private static let hasMatrixUnits = includes(dnnl_cpu_isa_avx512_core_amx)
  private static let hasFastPairs = includes(dnnl_cpu_isa_avx512_core_bf16) && ck_has_fast_bfloat16_products()

  /// Whether oneDNN multiplies bfloat16; on x86 it does with AVX-512 alone.
  static let hasBFloat16: Bool = {
    let matrix = MemoryLayout([1, 1], .bfloat16, dnnl_ab)
    var description: OpaquePointer?
    let status = dnnl_matmul_primitive_desc_create(
      &description, OneDNN.engine.pointer, matrix.descriptor, matrix.descriptor, nil, matrix.descriptor,
      OneDNN.attributes.pointer)
    if let description { dnnl_primitive_desc_destroy(description) }
    return status == dnnl_success
  }()

  /// Whether bfloat16 products are faster than float32 ones.
  static let hasFastBFloat16 = hasMatrixUnits || hasFastPairs

  /// Whether kernels of our own that spare bfloat16 products beat oneDNN's, which use matrix units where there are any.
  static let sparesBFloat16Products = hasFastPairs && !hasMatrixUnits

  private static func includes(_ instructions: dnnl_cpu_isa_t) -> Bool {
    dnnl_get_effective_cpu_isa().rawValue & instructions.rawValue == instructions.rawValue
  }

  /// Floating-point operations an element from which float32 wins over the conversion's passes over memory
  /// (measured with an Intel Xeon's AVX-512: 180 against 320 GFLOP/s, 0.2 ns to convert an element there and back).
  private static let worthwhileIntensity = 100.0

  static func choose(for dtype: DType, operations: Double, elements: Int) -> DType {
    guard supported(dtype) == .bfloat16, !hasFastBFloat16 else { return supported(dtype) }
    return operations > worthwhileIntensity * Double(elements) ? .float32 : .bfloat16
  }

  /// The type itself where oneDNN multiplies it, else float32.
  static func supported(_ dtype: DType) -> DType { dtype == .bfloat16 && !hasBFloat16 ? .float32 : dtype }
}
