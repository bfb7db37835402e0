import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// Pooling minus identity in one pass, against the operations that it consists of.
  @Suite struct PoolingMixTests {
    /// Pictures of one pixel, of one row, of one column; more channels than a block.
    static let shapes: [Shape] = [[2, 7, 7, 48], [1, 1, 1, 3], [2, 1, 5, 7], [1, 5, 2, 200], [3, 2, 1, 17]]

    private func parts(_ x: Tensor, _ factors: Tensor) -> Tensor {
      let window = PoolingOptions(kernel: 3, stride: 1, padding: 1)
      return x + (x.averagePooled(window, countsPadding: false) - x) * factors
    }

    @Test(arguments: shapes) func equalsItsParts(_ shape: Shape) {
      let (x, factors) = (Samples.normal(shape, seed: 1), Samples.normal([shape[3]], seed: 2))
      expectClose(x.mixedByPooling(factors: factors), parts(x, factors), rtol: 1e-6)
      let rounded = x.cast(to: .bfloat16)
      expectClose(
        rounded.mixedByPooling(factors: factors), parts(rounded.cast(to: .float32), factors), rtol: 4e-3, "bfloat16")
    }

    @Test(arguments: shapes) func gradientsEqualThoseOfItsParts(_ shape: Shape) {
      let leaves = [Samples.normal(shape, seed: 1), Samples.normal([shape[3]], seed: 2)]
      func gradient(_ operation: (Tensor, Tensor) -> Tensor) -> [Tensor] {
        let targets = leaves.map { $0.requiringGradient() }
        let loss = (operation(targets[0], targets[1]) * Samples.normal(shape, seed: 3)).sum()
        let found = gradients(of: loss, withRespectTo: targets.map(GradientTarget.tensor))
        return targets.compactMap { found[$0] }
      }
      let wholes = gradient { $0.mixedByPooling(factors: $1) }
      #expect(wholes.count == 2)
      for (whole, expected) in zip(wholes, gradient(parts)) {
        expectClose(whole, expected, rtol: 1e-5)
      }
    }

    /// A trace has it as one operation, unless it is to list the parts.
    @Test func tracesShowIt() {
      let (x, factors) = (Samples.normal([2, 4, 5, 3], seed: 1), Samples.normal([3], seed: 2))
      let whole = Trace.recording([x]) { [$0[0].mixedByPooling(factors: factors)] }
      #expect(whole.steps.count == 1)
      let composed = Trace.recording([x], isComposed: true) { [$0[0].mixedByPooling(factors: factors)] }
      #expect(composed.steps.count == 4)
      let replayed = Tensor.applying(whole.steps[0].operator, to: [x, factors], shape: x.shape)
      #expect(replayed.floatArray() == x.mixedByPooling(factors: factors).floatArray())
    }
  }
}
