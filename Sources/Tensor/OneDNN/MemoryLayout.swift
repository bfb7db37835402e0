import COneDNN

/// The type, extents and order in memory of an operand of a primitive.
final class MemoryLayout {
  let descriptor: OpaquePointer

  /// Axes in oneDNN's logical order (images N, C, H, W; weights O, I, H, W) with a named order in memory.
  init(_ extents: [Int], _ dtype: DType, _ tag: dnnl_format_tag_t) {
    var descriptor: OpaquePointer?
    OneDNN.check(
      dnnl_memory_desc_create_with_tag(&descriptor, Int32(extents.count), extents.map(Int64.init), dtype.oneDNN, tag),
      "describe \(dtype) \(extents)")
    self.descriptor = descriptor!
  }

  /// Axes with explicit strides, in elements.
  init(_ extents: [Int], _ dtype: DType, strides: [Int]) {
    var descriptor: OpaquePointer?
    OneDNN.check(
      dnnl_memory_desc_create_with_strides(
        &descriptor, Int32(extents.count), extents.map(Int64.init), dtype.oneDNN, strides.map(Int64.init)),
      "describe \(dtype) \(extents) with strides \(strides)")
    self.descriptor = descriptor!
  }

  /// The layout that a primitive chose for one of its operands.
  init(of operand: dnnl_query_t, in primitive: OpaquePointer) {
    var copy: OpaquePointer?
    OneDNN.check(
      dnnl_memory_desc_clone(&copy, dnnl_primitive_desc_query_md(primitive, operand, 0)), "ask for a layout")
    descriptor = copy!
  }

  deinit { dnnl_memory_desc_destroy(descriptor) }

  var byteCount: Int { dnnl_memory_desc_get_size(descriptor) }

  static func == (left: MemoryLayout, right: MemoryLayout) -> Bool {
    dnnl_memory_desc_equal(left.descriptor, right.descriptor) != 0
  }
}
