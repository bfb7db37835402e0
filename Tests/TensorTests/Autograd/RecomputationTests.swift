import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// Results of batch normalisation are not kept for the operations that follow, but computed again.
  @Suite struct RecomputationTests {
    private let shape: Shape = [4, 16, 16, 32]

    private struct Step {
      let gradients: [[Float]]
      let kept: Int
    }

    /// norm–activation–convolution; `keepsResult` holds the norm's result until the backward pass is over.
    private func step(keepsResult: Bool, dtype: DType = .float32) -> Step {
      let x = Samples.normal(shape, seed: 1).cast(to: dtype).requiringGradient()
      let (scale, shift) = (
        Parameter(Samples.uniform([32], seed: 2, in: 0.5..<1.5)), Parameter(Tensor.zeros([32]))
      )
      let weight = Parameter(Samples.normal([8, 32, 3, 3], seed: 3, deviation: 0.1))
      let running = RunningStatistics(mean: Tensor.zeros([32]), variance: Tensor.ones([32]))
      let cotangent = Samples.normal([4, 14, 14, 8], seed: 4)
      let before = MemoryPool.liveBytes
      var kept: Tensor?
      func forward() -> Tensor {
        let y = batchNorm(
          x, weight: scale.tensor, bias: shift.tensor, running: running, isTraining: true, activation: .silu)
        if keepsResult { kept = y }
        return convolution(y, weight: weight.tensor)
      }
      let z = forward()
      z.compute()
      let live = MemoryPool.liveBytes - before
      let found = gradients(of: [(z, cotangent)])
      withExtendedLifetime(kept) {}
      let results = [found[x], found[scale], found[shift], found[weight]]
      return Step(gradients: results.map { $0?.floatArray() ?? [] }, kept: live - z.byteCount)
    }

    @Test(arguments: [DType.float32, .bfloat16]) func gradientsAreTheSameBits(_ dtype: DType) {
      let (kept, freed) = (step(keepsResult: true, dtype: dtype), step(keepsResult: false, dtype: dtype))
      #expect(kept.gradients.allSatisfy { !$0.isEmpty })
      #expect(kept.gradients == freed.gradients)
    }

    @Test func theResultIsFreed() {
      let image = shape.count * DType.float32.byteCount
      #expect(step(keepsResult: true).kept >= image)
      #expect(step(keepsResult: false).kept < image / 4)
    }

    @Test func theLedgerCountsOneImage() {
      let ledger = Ledger()
      _ = ledger.record { step(keepsResult: false) }
      let image = shape.count * DType.float32.byteCount
      #expect(ledger.savedBytes >= image)
      #expect(ledger.savedBytes < image + image / 4)
    }

    @Test func twoReadersComputeItOnceWhileItLives() {
      let ledger = Ledger()
      let x = Samples.normal([8, 4], seed: 1).requiringGradient()
      let running = RunningStatistics(mean: Tensor.zeros([4]), variance: Tensor.ones([4]))
      let y = batchNorm(
        x, weight: Tensor.ones([4]), bias: Tensor.zeros([4]), running: running, isTraining: true)
      let loss = (y.exp() * y.squared()).sum()
      ledger.record { _ = gradients(of: loss) }
      #expect(ledger.calls("batch norm", .backward) == 0)
      withExtendedLifetime(y) {}
    }
  }
}
