import Tensor

extension Lowering {
  /// An image with the largest difference to its neighbours behind its channels, from rolls.
  ///
  /// Without a mask the largest difference is that to the smallest (or of the largest) neighbour, so that one subtraction is
  /// enough; rounding keeps order, so the result is the same.
  mutating func lowerMaxRelative(
    _ x: ValueID, _ neighbours: RelativeNeighbours, mask: ValueID?, _ output: ValueID
  ) {
    let order = elementwiseOrder(x)
    let value = operand(x, order)
    let dimensions = program[value].dimensions
    let others = neighbours.rolls.map { rolled(value, order.place(of: $0.axis), by: $0.shift) }
    var largest: Program.ValueID
    if let mask {
      let flags = operand(mask, order)
      let differences = others.enumerated().map { index, other in
        let flag = sliced(flags, order.place(of: 3), index..<index + 1)
        return emit(.binary(.multiply), [difference(value, other, neighbours.difference), flag], dimensions)
      }
      largest = extremum(differences, .maximum) ?? difference(value, value, neighbours.difference)
    } else {
      let isSmallest = neighbours.difference == .selfMinusNeighbour
      let extreme = extremum(others, isSmallest ? .minimum : .maximum) ?? value
      largest = difference(value, extreme, neighbours.difference)
    }
    largest = emit(.activation(.relu), [largest], dimensions)
    emit(.concatenate(axis: order.place(of: 3)), [value, largest], order, as: output)
  }

  private mutating func difference(
    _ value: Program.ValueID, _ neighbour: Program.ValueID, _ kind: RelativeNeighbours.Difference
  ) -> Program.ValueID {
    let operands = kind == .selfMinusNeighbour ? [value, neighbour] : [neighbour, value]
    return emit(.binary(.subtract), operands, program[value].dimensions)
  }

  /// The smallest or largest elements of some values; nil for none.
  private mutating func extremum(_ values: [Program.ValueID], _ function: BinaryFunction) -> Program.ValueID? {
    guard let first = values.first else { return nil }
    return values.dropFirst().reduce(first) { emit(.binary(function), [$0, $1], program[first].dimensions) }
  }

  /// The sums over the channels of the absolute differences to neighbours.
  mutating func lowerRelativeDistances(_ x: ValueID, _ rolls: [RelativeNeighbours.Roll], _ output: ValueID) {
    let order = elementwiseOrder(x)
    let value = operand(x, order)
    let (dimensions, channels) = (program[value].dimensions, order.place(of: 3))
    var sums = dimensions
    sums[channels] = .fixed(1)
    let distances = rolls.map { roll in
      let other = rolled(value, order.place(of: roll.axis), by: roll.shift)
      let difference = emit(.binary(.subtract), [value, other], dimensions)
      let size = emit(.function(.absolute), [difference], dimensions)
      return emit(.reduction(axes: [channels], keepsAxes: true, isMean: false), [size], sums)
    }
    emit(.concatenate(axis: channels), distances, order, as: output)
  }
}
