import COneDNN

/// A change of the order in memory, and of the type, of an operand; nothing where both layouts are equal.
final class Reorder: Sendable {
  private let primitive: Primitive?
  private let sourceBytes: Int
  private let targetBytes: Int

  init(from source: MemoryLayout, to target: MemoryLayout) {
    sourceBytes = source.byteCount
    targetBytes = target.byteCount
    if source == target {
      primitive = nil
      return
    }
    var description: OpaquePointer?
    OneDNN.check(
      dnnl_reorder_primitive_desc_create(
        &description, source.descriptor, OneDNN.engine.pointer, target.descriptor, OneDNN.engine.pointer,
        OneDNN.attributes.pointer), "plan a reorder")
    primitive = Primitive(description!, operands: [(DNNL_ARG_FROM, source), (DNNL_ARG_TO, target)])
  }

  var isNeeded: Bool { primitive != nil }

  /// Memory for a float32 operand in the source layout, padding included.
  func emptySource() -> Tensor { Tensor(uninitialized: [sourceBytes / DType.float32.byteCount]) }

  /// The operand in the target layout: the operand itself where nothing has to move.
  func apply(to source: Tensor) -> Tensor {
    guard isNeeded else { return source }
    let target = Tensor(uninitialized: [targetBytes], dtype: .uint8)
    apply(to: source, into: target)
    return target
  }

  /// Writes the operand in the target layout; does nothing where the layouts are equal.
  func apply(to source: Tensor, into target: Tensor) {
    guard let primitive else { return }
    Ledger.kernel("reorder") { primitive.run([source.pointer, target.pointer]) }
  }
}
