import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// A depthwise convolution that reads a batch norm nobody else has read normalises on the way.
  struct FusedDepthwiseTests {
    /// The result equals, bit for bit, that of a convolution that reads finished elements. The gradients are close: the norm's sums
    /// are taken in another order.
    @Test(arguments: DType.allCases.filter(\.isFloatingPoint), [Activation.relu6, .hardSwish])
    func equalsTheTwoSteps(dtype: DType, activation: Activation) {
      var generator = Generator(seed: 3)
      let image = Tensor.normal([2, 9, 7, 24], using: &generator).cast(to: dtype)
      let filters = Tensor.normal([24, 1, 3, 3], using: &generator)
      let cotangent = Tensor.normal([2, 5, 4, 24], using: &generator).cast(to: dtype)

      func run(readingFirst: Bool) -> (result: [Float], gradients: [[Float]], wasDeferred: Bool) {
        let x = image.requiringGradient()
        let weight = filters.requiringGradient()
        let running = RunningStatistics(mean: .zeros([24]), variance: .ones([24]))
        let normalized = batchNorm(
          x, weight: .ones([24]), bias: .full([24], 0.1), running: running, isTraining: true, activation: activation)
        if readingFirst { _ = normalized.floatArray() }
        let y = convolution(
          normalized, weight: weight, options: ConvolutionOptions(stride: 2, padding: 1, groups: 24))
        let wasDeferred = normalized.storage.deferred != nil
        let gradients = gradients(of: [(y, cotangent)])
        return (y.floatArray(), [x, weight].map { gradients[$0]?.floatArray() ?? [] }, wasDeferred)
      }

      let (fused, separate) = (run(readingFirst: false), run(readingFirst: true))
      #expect(fused.wasDeferred && !separate.wasDeferred)
      #expect(fused.result == separate.result)
      for (found, expected) in zip(fused.gradients, separate.gradients) {
        expectClose(found, expected, rtol: dtype == .float32 ? 1e-6 : 1e-2)
      }
    }
  }
}
