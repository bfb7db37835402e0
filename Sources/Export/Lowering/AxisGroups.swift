/// How a reshape maps axes: the smallest groups of neighbouring axes with equal products before and after.
///
/// [N, H, W, heads · d] → [N, H · W, heads, d] has the groups N → N, H W → H·W, heads·d → heads d. A group may move
/// in memory as a whole without the reshape noticing. Axes of extent one belong to no group.
struct AxisGroups {
  private(set) var groups: [(before: [Int], after: [Int])] = []
  private let after: [Dimension]

  init(_ before: [Dimension], _ after: [Dimension]) {
    self.after = after
    // Extents are compared for a batch size that no other extent has as a factor.
    let batch = 1_000_003
    var left = before.indices.filter { !before[$0].isUnit }[...]
    var right = after.indices.filter { !after[$0].isUnit }[...]
    while let first = left.popFirst(), let second = right.popFirst() {
      var group = (before: [first], after: [second])
      var (leftCount, rightCount) = (before[first].extent(batch: batch), after[second].extent(batch: batch))
      while leftCount != rightCount {
        if leftCount < rightCount, let next = left.popFirst() {
          group.before.append(next)
          leftCount *= before[next].extent(batch: batch)
        } else if let next = right.popFirst() {
          group.after.append(next)
          rightCount *= after[next].extent(batch: batch)
        } else {
          break
        }
      }
      groups.append(group)
    }
  }

  /// The sequence of the groups in memory; nil where the axes of a group are apart or out of order.
  func sequence(in order: AxisOrder) -> [Int]? {
    var rest = order.filter { axis in groups.contains { $0.before.contains(axis) } }[...]
    var sequence: [Int] = []
    while let axis = rest.first {
      guard let group = groups.firstIndex(where: { $0.before[0] == axis }),
        rest.prefix(groups[group].before.count).elementsEqual(groups[group].before)
      else { return nil }
      rest = rest.dropFirst(groups[group].before.count)
      sequence.append(group)
    }
    return sequence
  }

  /// The sequence of the groups that gives the result an order; nil where that would cut a group.
  func sequence(for order: AxisOrder) -> [Int]? {
    AxisGroups(swapping: self).sequence(in: order)
  }

  private init(swapping other: AxisGroups) {
    groups = other.groups.map { ($0.after, $0.before) }
    after = []
  }

  /// An order of the axes before the reshape with the groups in a sequence, axes of extent one first.
  func orderBefore(_ sequence: [Int], rank: Int) -> AxisOrder {
    let grouped = sequence.flatMap { groups[$0].before }
    return (0..<rank).filter { !grouped.contains($0) } + grouped
  }

  /// The order of the result for groups in a sequence: the first of the preferred ones that fits.
  func orderAfter(_ sequence: [Int], preferring preferred: [AxisOrder]) -> AxisOrder {
    let grouped = sequence.flatMap { groups[$0].after }
    let fitting = preferred.first { order in order.filter { grouped.contains($0) } == grouped }
    return fitting ?? after.indices.filter { !grouped.contains($0) } + grouped
  }
}
