import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// The aggregation of max-relative graph convolutions against values worked out by hand and against its composition.
  @Suite struct MaxRelativeTests {
    /// x[r, c] = r · side + c of one channel.
    private static func ramp(_ side: Int) -> Tensor {
      Tensor((0..<side * side).map(Float.init), shape: [1, side, side, 1])
    }

    private static func aggregated(_ x: Tensor, _ neighbours: RelativeNeighbours) -> [Float] {
      let channels = x.shape[3]
      return x.maxRelative(to: neighbours).sliced(axis: 3, channels..<2 * channels).floatArray()
    }

    @Test func sparseRamps() {
      let four = RelativeNeighbours.sparse(every: 2, height: 4, width: 4, difference: .selfMinusNeighbour)
      #expect(
        MaxRelativeTests.aggregated(MaxRelativeTests.ramp(4), four)
          == [0, 0, 2, 2, 0, 0, 2, 2, 8, 8, 8, 8, 8, 8, 8, 8])
      let seven = RelativeNeighbours.sparse(every: 2, height: 7, width: 7, difference: .selfMinusNeighbour)
      let rows: [[Float]] = [
        [0, 0, 2, 2, 4, 4, 6], [0, 0, 2, 2, 4, 4, 6], .init(repeating: 14, count: 7),
        .init(repeating: 14, count: 7), .init(repeating: 28, count: 7), .init(repeating: 28, count: 7),
        .init(repeating: 42, count: 7),
      ]
      #expect(MaxRelativeTests.aggregated(MaxRelativeTests.ramp(7), seven) == Array(rows.joined()))
      #expect(rows.joined().reduce(0, +) == 918)
    }

    @Test func crossRamps() {
      let four = RelativeNeighbours.cross(at: 2, height: 4, width: 4, difference: .neighbourMinusSelf)
      #expect(
        MaxRelativeTests.aggregated(MaxRelativeTests.ramp(4), four)
          == [8, 8, 8, 8, 8, 8, 8, 8, 2, 2, 0, 0, 2, 2, 0, 0])
      let seven = RelativeNeighbours.cross(at: 2, height: 7, width: 7, difference: .neighbourMinusSelf)
      #expect(MaxRelativeTests.aggregated(MaxRelativeTests.ramp(7), seven).reduce(0, +) == 816)
    }

    @Test func neighboursBeyondTheGridAreNone() {
      #expect(RelativeNeighbours.sparse(every: 2, height: 1, width: 2, difference: .selfMinusNeighbour).rolls == [])
      let wide = RelativeNeighbours.cross(at: 4, height: 4, width: 5, difference: .neighbourMinusSelf)
      #expect(wide.rolls.map(\.axis) == [2, 2])
      #expect(wide.rolls.map(\.shift) == [4, -4])
    }

    @Test(arguments: RelativeNeighbours.Difference.allCases, [DType.float32, .bfloat16])
    func equalsTheComposition(_ difference: RelativeNeighbours.Difference, _ dtype: DType) {
      // One channel more than a block, rows and columns of different number, a roll in the other direction.
      let x = Samples.normal([2, 5, 6, 129], seed: 1).cast(to: dtype)
      var rolls = RelativeNeighbours.sparse(every: 2, height: 5, width: 6, difference: difference).rolls
      rolls.append(RelativeNeighbours.Roll(axis: 2, shift: -13))
      let y = x.maxRelative(to: RelativeNeighbours(rolls: rolls, difference: difference))
      let differences = rolls.map { roll in
        let rolled = x.rolled(axis: roll.axis, by: roll.shift)
        return difference == .selfMinusNeighbour ? x - rolled : rolled - x
      }
      let expected = differences.reduce(Tensor.zeros(x.shape, dtype: dtype)) { $0.maximum($1) }
      #expect(y.floatArray() == Tensor.concatenated([x, expected], axis: 3).floatArray())
    }

    @Test func equalDifferencesGiveTheFirstNeighbourTheGradient() throws {
      let x = Tensor([3, 1, 1, 1] as [Float], shape: [1, 1, 4, 1]).requiringGradient()
      let neighbours = RelativeNeighbours.sparse(every: 1, height: 1, width: 4, difference: .selfMinusNeighbour)
      let found = gradients(of: x.maxRelative(to: neighbours).sliced(axis: 3, 1..<2).sum(), withRespectTo: [.tensor(x)])
      #expect(try #require(found[x]).floatArray() == [1, 0, 0, -1])
    }

    @Test func keepsAByteForEachElement() {
      let x = Samples.normal([2, 4, 4, 8], seed: 1).requiringGradient()
      let neighbours = RelativeNeighbours.cross(at: 2, height: 4, width: 4, difference: .neighbourMinusSelf)
      let ledger = Ledger()
      let y = ledger.record { x.maxRelative(to: neighbours) }
      #expect(ledger.savedBytes == x.byteCount + x.count)
      withExtendedLifetime(y) {}
    }

    @Test func replays() {
      let x = Samples.normal([1, 4, 4, 8], seed: 1)
      let neighbours = RelativeNeighbours.cross(at: 2, height: 4, width: 4, difference: .neighbourMinusSelf)
      let mask = Samples.normal([1, 4, 4, 4], seed: 2).less(than: Tensor(0))
      let trace = Trace.recording([x, mask]) { [$0[0].maxRelative(to: neighbours, mask: $0[1])] }
      #expect(trace.steps.count == 1)
      guard case .maxRelative(neighbours) = trace.steps[0].operator else {
        Issue.record("found \(trace.steps[0].operator)")
        return
      }
      let again = Tensor.applying(
        trace.steps[0].operator, to: [x, mask], shape: trace.values[trace.outputs[0]].shape)
      #expect(again.floatArray() == x.maxRelative(to: neighbours, mask: mask).floatArray())
    }

    @Test(arguments: [DType.float32, .bfloat16]) func distancesEqualTheComposition(_ dtype: DType) {
      let x = Samples.normal([2, 5, 6, 37], seed: 1).cast(to: dtype)
      let rolls = RelativeNeighbours.sparse(every: 2, height: 5, width: 6, difference: .selfMinusNeighbour).rolls
      let expected = rolls.map { roll in
        let rolled = x.rolled(axis: roll.axis, by: roll.shift)
        return (x - rolled).cast(to: .float32).absolute().sum(axes: [3], keepsAxes: true)
      }
      let y = x.requiringGradient().relativeDistances(to: rolls)
      expectClose(
        y.cast(to: .float32), Tensor.concatenated(expected, axis: 3), rtol: dtype == .float32 ? 1e-6 : 1e-2)
      let trace = Trace.recording([x]) { [$0[0].relativeDistances(to: rolls)] }
      let again = Tensor.applying(trace.steps[0].operator, to: [x], shape: y.shape)
      #expect(again.floatArray() == y.floatArray())
    }

    @Test func less() {
      let x = Tensor([1, 2, 3, .nan] as [Float], shape: [2, 2]).requiringGradient()
      let result = x.less(than: Tensor([2, 3] as [Float], shape: [1, 2]))
      #expect(result.floatArray() == [1, 1, 0, 0])
      #expect(result.cast(to: .bfloat16).floatArray() == [1, 1, 0, 0])
      #expect(gradients(of: (x * result).sum(), withRespectTo: [.tensor(x)])[x]?.floatArray() == [1, 1, 0, 0])
    }
  }
}
