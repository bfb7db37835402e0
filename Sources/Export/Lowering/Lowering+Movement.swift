import Tensor

extension Lowering {
  /// A reshape. It copies only if the axes that it joins or splits are apart in memory.
  mutating func lowerReshape(_ x: ValueID, _ output: ValueID) {
    let (before, after) = (dimensions(x), dimensions(output))
    let groups = AxisGroups(before, after)
    let plain = AxisOrder.traced(rank: after.count)
    let preferred: [AxisOrder] =
      after.count != 4 ? [plain] : isImage(output) ? [.image, plain] : [plain, .image]
    let wanted = groups.sequence(for: preferred[0]) ?? Array(groups.groups.indices)
    let available = orders(x).compactMap { order in groups.sequence(in: order).map { (order, $0) } }
    let (order, sequence) =
      available.first { $0.1 == wanted } ?? available.first
      ?? (groups.orderBefore(wanted, rank: before.count), wanted)
    let result = groups.orderAfter(sequence, preferring: preferred)
    let value = operand(x, order)
    if result.arranging(after) == program[value].dimensions { return define(output, result, value) }
    emit(.reshape, [value], result, as: output)
  }

  /// Extents of one stretched to those of the result.
  mutating func lowerBroadcast(_ x: ValueID, _ output: ValueID) {
    let value = operand(x, .traced(rank: dimensions(x).count))
    emit(.broadcast, [value], .traced(rank: dimensions(output).count), as: output)
  }

  mutating func lowerSlice(_ x: ValueID, _ axis: Int, _ range: Range<Int>, _ output: ValueID) {
    let order = elementwiseOrder(x)
    emit(.slice(axis: order.place(of: axis), range), [operand(x, order)], order, as: output)
  }

  mutating func lowerConcatenation(_ parts: [ValueID], _ axis: Int, _ output: ValueID) {
    let order = commonOrder(parts, output)
    let operands = parts.map { operand($0, order) }
    emit(.concatenate(axis: order.place(of: axis)), operands, order, as: output)
  }

  mutating func lowerPad(_ x: ValueID, _ amounts: [PaddedAxis], value: Float, _ output: ValueID) {
    let order = elementwiseOrder(x)
    emit(.pad(order.arranging(amounts), value: value), [operand(x, order)], order, as: output)
  }

  mutating func lowerRoll(_ x: ValueID, _ axis: Int, by shift: Int, _ output: ValueID) {
    let order = elementwiseOrder(x)
    define(output, order, rolled(operand(x, order), order.place(of: axis), by: shift))
  }

  /// A value rolled along an axis in memory: the end of the axis, then its beginning.
  mutating func rolled(_ value: Program.ValueID, _ place: Int, by shift: Int) -> Program.ValueID {
    let dimensions = program[value].dimensions
    let extent = dimensions[place].factor
    let cut = (extent - shift % extent) % extent
    if cut == 0 { return value }
    let parts = [cut..<extent, 0..<cut].map { sliced(value, place, $0) }
    return emit(.concatenate(axis: place), parts, dimensions)
  }

  /// A part of an axis in memory.
  mutating func sliced(_ value: Program.ValueID, _ place: Int, _ range: Range<Int>) -> Program.ValueID {
    var dimensions = program[value].dimensions
    dimensions[place] = .fixed(range.count)
    return emit(.slice(axis: place, range), [value], dimensions)
  }

  /// Rows of a table.
  mutating func lowerGather(_ table: ValueID, _ indices: ValueID, _ output: ValueID) {
    let operands = [table, indices].map { operand($0, .traced(rank: dimensions($0).count)) }
    emit(.gather, operands, .traced(rank: dimensions(output).count), as: output)
  }

  /// A sum or mean over axes.
  mutating func lowerReduction(_ x: ValueID, _ axes: [Int], keepsAxes: Bool, isMean: Bool, _ output: ValueID) {
    let order = elementwiseOrder(x)
    let places = axes.map(order.place).sorted()
    let result = keepsAxes ? order : order.removing(axes: axes)
    emit(.reduction(axes: places, keepsAxes: keepsAxes, isMean: isMean), [operand(x, order)], result, as: output)
  }
}
