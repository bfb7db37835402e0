import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// Whole vectors of filters, and a rest of them.
  @Suite struct FilterSumsTests {
    @Test(arguments: [[7, 5, 3, 3], [64, 97, 3, 3], [7, 5, 2, 5], [3, 4, 1, 1]] as [Shape])
    func sumsAndSpreads(_ shape: Shape) {
      let weight = Samples.normal(shape, seed: 1)
      let (taps, numbers) = (shape[2] * shape[3], weight.floatArray())
      let sums = (0..<shape[0] * shape[1]).map { numbers[$0 * taps..<($0 + 1) * taps].reduce(0, +) }
      expectClose(weight.filterSums().floatArray(), sums, rtol: 1e-6)
      let single = Samples.normal([shape[0], shape[1], 1, 1], seed: 2)
      let spread = single.spread(overKernel: Pair(shape[2], shape[3]))
      #expect(spread.shape == shape)
      #expect(spread.floatArray() == single.floatArray().flatMap { Array(repeating: $0, count: taps) })
    }
  }
}
