import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// When operations are recorded, and how long what they saved lives.
  @Suite struct RecordingTests {
    private let x = Samples.normal([3, 4], seed: 1)

    @Test func nothingIsRecordedWithoutGradients() {
      let parameter = Parameter(x)
      let ledger = Ledger()
      let y = withoutGradients { ledger.record { parameter.tensor.exp() * parameter.tensor } }
      #expect(!y.requiresGradient)
      #expect(ledger.savedBytes == 0)
      #expect(parameter.tensor.exp().requiresGradient)
    }

    @Test func detachedTensorsPassNoGradient() {
      let leaf = x.requiringGradient()
      #expect(!leaf.exp().detached.requiresGradient)
      expectClose(gradients(of: (leaf.detached * leaf).sum())[leaf], x)
    }

    @Test func frozenParametersAreNotRecorded() {
      let parameter = Parameter(x)
      parameter.requiresGradient = false
      #expect(!(parameter.tensor * 2).requiresGradient)
      parameter.requiresGradient = true
      expectClose(gradients(of: (parameter.tensor * 2).sum())[parameter], Tensor.full([3, 4], 2))
    }

    @Test func aSecondPassNeedsTheGraph() {
      let leaf = x.requiringGradient()
      let loss = leaf.squared().sum()
      let first = gradients(of: loss, keepingGraph: true)
      let second = gradients(of: loss, keepingGraph: true)
      let third = gradients(of: loss)
      #expect(first[leaf]?.floatArray() == second[leaf]?.floatArray())
      #expect(first[leaf]?.floatArray() == third[leaf]?.floatArray())
    }

    @Test func everyOperationCanRunBackwardTwice() {
      let (image, weight) = (Samples.normal([2, 4, 4, 3], seed: 1), Samples.normal([3, 3, 3, 3], seed: 2))
      let inputs = [image, weight, Samples.normal([3], seed: 3)].map { $0.requiringGradient() }
      let running = RunningStatistics(mean: Tensor.zeros([3]), variance: Tensor.ones([3]))
      var y = convolution(inputs[0], weight: inputs[1], options: ConvolutionOptions(padding: 1))
      y = batchNorm(
        y, weight: inputs[2], bias: inputs[2], running: running, isTraining: true, activation: .silu)
      y = (y + y.maxPooled(PoolingOptions(kernel: 2)).resized(to: 4)).gelu()
      let loss = crossEntropy(y.mean(axes: [1, 2]), labels: Tensor([0, 2] as [Int64]))
      let first = gradients(of: loss, keepingGraph: true)
      let second = gradients(of: loss)
      for input in inputs { #expect(first[input]?.floatArray() == second[input]?.floatArray()) }
    }

    @Test func aUsedGraphIsNotUsedAgain() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let leaf = Tensor([1, 2, 3] as [Float]).requiringGradient()
        let loss = leaf.exp().sum()
        _ = gradients(of: loss)
        _ = gradients(of: loss)
      }
      expectMessage(result, "keepingGraph: true")
    }

    /// A part that two graphs share and the first pass used up must not be left out of the second in silence.
    @Test func aSharedPartIsNotUsedAgain() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let leaf = Tensor([1, 2, 3] as [Float]).requiringGradient()
        let shared = leaf.exp()
        _ = gradients(of: shared.sum())
        _ = gradients(of: shared.squared().sum())
      }
      expectMessage(result, "keepingGraph: true", "exp")
    }

    @Test func longChainsAreDroppedWithoutRecursion() {
      let leaf = Tensor(1).requiringGradient()
      var y = leaf
      for _ in 0..<100_000 { y = y + 1 }
      #expect(y.requiresGradient)
      y = leaf
    }

    @Test func theBackwardPassFreesWhatWasSaved() {
      let leaf = Tensor.ones([1000, 1000]).requiringGradient()
      let before = MemoryPool.liveBytes
      let loss = leaf.exp().log().sum()
      #expect(MemoryPool.liveBytes - before >= 4_000_000)
      _ = gradients(of: loss)
      #expect(MemoryPool.liveBytes - before < 4_000_000)
      withExtendedLifetime(loss) {}
    }
  }
}
