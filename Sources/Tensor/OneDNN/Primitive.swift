import COneDNN

/// A compiled oneDNN primitive with its memory objects; running it sets addresses and allocates nothing.
final class Primitive: @unchecked Sendable {
  private let primitive: OpaquePointer
  private var operands: [(argument: Int32, memory: OpaquePointer)] = []
  private let scratchBytes: Int

  /// - Parameters:
  ///   - description: the primitive descriptor; this object takes it over.
  ///   - operands: the arguments (DNNL_ARG_…) with their layouts, in the order in which `run` takes addresses.
  init(_ description: OpaquePointer, operands: [(argument: Int32, layout: MemoryLayout)]) {
    var primitive: OpaquePointer?
    OneDNN.check(dnnl_primitive_create(&primitive, description), "create a primitive")
    self.primitive = primitive!
    let scratch = MemoryLayout(of: dnnl_query_scratchpad_md, in: description)
    scratchBytes = scratch.byteCount
    dnnl_primitive_desc_destroy(description)
    for (argument, layout) in operands + [(DNNL_ARG_SCRATCHPAD, scratch)] {
      var memory: OpaquePointer?
      OneDNN.check(
        dnnl_memory_create(&memory, layout.descriptor, OneDNN.engine.pointer, nil), "create a memory object")
      self.operands.append((argument, memory!))
    }
  }

  deinit {
    for operand in operands { dnnl_memory_destroy(operand.memory) }
    dnnl_primitive_destroy(primitive)
  }

  /// Runs on operands at these addresses, in the order of `operands`.
  func run(_ addresses: [UnsafeMutableRawPointer]) {
    let scratch = Storage(byteCount: scratchBytes)
    OneDNN.execute(primitive) {
      for (operand, address) in zip(operands, addresses + [scratch.pointer]) {
        OneDNN.check(dnnl_memory_set_data_handle(operand.memory, address), "set an address")
      }
      return operands.map { dnnl_exec_arg_t(arg: $0.argument, memory: $0.memory) }
    }
  }
}
