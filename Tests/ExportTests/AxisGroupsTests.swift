import Testing

@testable import Export

@Suite struct AxisGroupsTests {
  private func groups(_ before: [Dimension], _ after: [Dimension]) -> [[[Int]]] {
    AxisGroups(before, after).groups.map { [$0.before, $0.after] }
  }

  @Test func neighboursWithEqualProductsAreGroups() {
    let image: [Dimension] = [.batches(), .fixed(6), .fixed(4), .fixed(32)]
    let heads: [Dimension] = [.batches(), .fixed(24), .fixed(8), .fixed(4)]
    #expect(groups(image, heads) == [[[0], [0]], [[1, 2], [1]], [[3], [2, 3]]])
    let windows: [Dimension] = [.batches(9), .fixed(16)]
    let split: [Dimension] = [.batches(), .fixed(1), .fixed(9), .fixed(4), .fixed(4)]
    #expect(groups(windows, split) == [[[0], [0, 2]], [[1], [3, 4]]])
    #expect(groups([.fixed(6), .fixed(4)], [.fixed(4), .fixed(6)]) == [[[0, 1], [0, 1]]])
  }

  @Test func aGroupMovesAsAWhole() {
    let groups = AxisGroups(
      [.batches(), .fixed(6), .fixed(4), .fixed(32)], [.batches(), .fixed(24), .fixed(8), .fixed(4)])
    #expect(groups.sequence(in: .image) == [0, 2, 1])
    #expect(groups.orderAfter([0, 2, 1], preferring: [[0, 1, 2, 3]]) == [0, 2, 3, 1])
    #expect(groups.sequence(in: [0, 1, 3, 2]) == nil)
    #expect(groups.orderBefore([0, 2, 1], rank: 4) == .image)
  }

  @Test func axesOfOneStandAnywhere() {
    let groups = AxisGroups([.batches(), .fixed(1), .fixed(1), .fixed(5)], [.batches(), .fixed(5)])
    #expect(groups.sequence(in: .image) == [0, 1])
    #expect(groups.orderAfter([0, 1], preferring: [[0, 1]]) == [0, 1])
    #expect(AxisOrder.image.matches([0, 1, 2, 3], [.batches(), .fixed(1), .fixed(1), .fixed(5)]))
    #expect(!AxisOrder.image.matches([0, 1, 2, 3], [.batches(), .fixed(2), .fixed(1), .fixed(5)]))
  }

  @Test func aTranspositionRenames() {
    // [N, H, W, C] in memory as [N, C, H, W]; transposed to [N, C, H, W] it lies in its own order.
    #expect(AxisOrder.image.renamed(by: [0, 3, 1, 2]) == [0, 1, 2, 3])
    #expect([0, 2, 1].removing(axes: [1]) == [0, 1])
    #expect(AxisOrder.image.removing(axes: [1, 2]) == [0, 1])
  }
}
