import Tensor

extension Lowering {
  /// An operation on single elements: as good in any order.
  mutating func lowerElementwise(_ primitive: Primitive, _ x: ValueID, _ output: ValueID) {
    let order = elementwiseOrder(x)
    emit(primitive, [operand(x, order)], order, as: output)
  }

  /// The order in which an operation that fits any reads a value.
  func elementwiseOrder(_ x: ValueID) -> AxisOrder { orders(x).first ?? .traced(rank: dimensions(x).count) }

  /// factor · x + offset
  mutating func lowerScale(_ x: ValueID, factor: Float, offset: Float, _ output: ValueID) {
    let order = elementwiseOrder(x)
    let dimensions = order.arranging(dimensions(x))
    var value = operand(x, order)
    if factor != 1 { value = emit(.binary(.multiply), [value, constant(Tensor(factor), "factor")], dimensions) }
    if offset != 0 { value = emit(.binary(.add), [value, constant(Tensor(offset), "offset")], dimensions) }
    define(output, order, value)
  }

  /// An operation on two values, whose smaller extents stretch.
  mutating func lowerBinary(_ function: BinaryFunction, _ left: ValueID, _ right: ValueID, _ output: ValueID) {
    let order = commonOrder([left, right], output)
    let operands = [left, right].map { stretching($0, order) }
    emit(.binary(function), operands, order, as: output)
  }

  /// The order in which several operands meet with the fewest copies.
  func commonOrder(_ operands: [ValueID], _ output: ValueID) -> AxisOrder {
    let rank = dimensions(output).count
    let preferred: AxisOrder = isImage(output) ? .image : .traced(rank: rank)
    let ranked = operands.filter { !orders($0).isEmpty && dimensions($0).count == rank }
    let full = ranked.filter { dimensions($0) == dimensions(output) }
    let available = (full.isEmpty ? ranked : full).map(orders)
    guard let first = available.first else { return preferred }
    let shared = first.filter { order in available.allSatisfy { $0.contains(order) } }
    if shared.contains(preferred) { return preferred }
    if let order = shared.first { return order }
    return isImage(output) || available.contains { $0.contains(preferred) } ? preferred : first[0]
  }

  /// An operand for an operation that stretches extents of one, in an order of the result's axes.
  private mutating func stretching(_ id: ValueID, _ order: AxisOrder) -> Program.ValueID {
    let dimensions = dimensions(id)
    if dimensions.count == order.count { return operandOrConstant(id, order) }
    if let tensor = source.graph.constant(id) { return constant(tensor, stretchedTo: order) }
    let leading = order.count - dimensions.count
    let padded = Array(repeating: Dimension.fixed(1), count: leading) + dimensions
    let plain = operand(id, .traced(rank: dimensions.count))
    let reshaped = leading == 0 ? plain : emit(.reshape, [plain], padded)
    if order == .traced(rank: order.count) { return reshaped }
    return emit(.transpose(order), [reshaped], order.arranging(padded))
  }

  private mutating func operandOrConstant(_ id: ValueID, _ order: AxisOrder) -> Program.ValueID {
    source.graph.constant(id).map { constant($0, stretchedTo: order) } ?? operand(id, order)
  }

  /// A constant in an order of the result's axes, without leading axes of extent one.
  private mutating func constant(_ tensor: Tensor, stretchedTo order: AxisOrder) -> Program.ValueID {
    let shape = Array(repeating: 1, count: order.count - tensor.shape.rank) + tensor.shape.array
    let arranged = withoutGradients { tensor.reshaped(Shape(shape)).transposed(order) }
    let trimmed = arranged.shape.array.drop { $0 == 1 }
    return constant(arranged.reshaped(Shape(trimmed)), "constant")
  }

  /// An operation along the last axis of the trace, such as a softmax.
  mutating func lowerAlongLast(_ primitive: (Int) -> Primitive, _ x: ValueID, _ output: ValueID) {
    let order = orderEndingWithLast(x)
    emit(primitive(order.count - 1), [operand(x, order)], order, as: output)
  }

  /// An order in which the last axis of the trace is the last in memory too.
  func orderEndingWithLast(_ x: ValueID) -> AxisOrder {
    let rank = dimensions(x).count
    return orders(x).first { $0.last == rank - 1 } ?? .traced(rank: rank)
  }
}
