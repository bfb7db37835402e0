import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// Equal seeds give equal bits; the number of threads changes sums only in their last bits.
  @Suite struct DeterminismTests {
    private struct Outcome {
      let exact: [[Float]]
      let sums: [[Float]]
    }

    /// Large enough that every kernel splits its work.
    private func run() -> Outcome {
      var generator = Generator(seed: 3)
      let x = Tensor.normal([8, 32, 32, 32], using: &generator)
      let weight = Tensor.normal([32, 32, 3, 3], deviation: 0.1, using: &generator)
      let depthwise = Tensor.normal([32, 1, 3, 3], using: &generator)
      let running = RunningStatistics(mean: Tensor.zeros([32]), variance: Tensor.ones([32]))
      let leaves = [x, weight, depthwise].map { $0.requiringGradient() }
      var y = convolution(leaves[0], weight: leaves[1], options: ConvolutionOptions(padding: 1))
      y = batchNorm(
        y, weight: Tensor.ones([32]), bias: Tensor.zeros([32]), running: running, isTraining: true,
        activation: .relu)
      y = convolution(y, weight: leaves[2], options: ConvolutionOptions(padding: 1, groups: 32))
      let loss = y.squared().mean()
      let found = gradients(of: loss)
      return Outcome(
        exact: [
          x.gelu(), x.softmax(), x.maxPooled(PoolingOptions(kernel: 2)), x * 3 + x,
          x.droppedOut(probability: 0.3, using: &generator), x.transposed([3, 0, 2, 1]),
        ].map { $0.floatArray() },
        sums: [loss.floatArray(), x.sum().floatArray()] + leaves.map { found[$0]?.floatArray() ?? [] })
    }

    @Test(arguments: [1, 2]) func equalSeedsGiveEqualBits(threads: Int) {
      withThreads(threads) {
        let (first, second) = (run(), run())
        #expect(first.exact == second.exact)
        #expect(first.sums == second.sums)
      }
    }

    @Test func threadsDoNotMatterBeyondRounding() {
      let one = withThreads(1) { run() }
      let two = withThreads(2) { run() }
      #expect(one.exact == two.exact)
      for (first, second) in zip(one.sums, two.sums) { expectClose(first, second, rtol: 1e-5) }
    }

    /// Kernels without sums are cut in pieces that whoever is ready takes; sizes that no cut divides.
    @Test func sharesOfWorkDoNotMatter() {
      var generator = Generator(seed: 5)
      let x = Tensor.normal([5, 29, 31, 32], using: &generator)
      let weight = Tensor.normal([48, 32, 3, 3], using: &generator).requiringGradient()
      let pointwise = Tensor.normal([48, 32, 1, 1], using: &generator).requiringGradient()
      let depthwise = Tensor.normal([32, 1, 3, 3], using: &generator).requiringGradient()
      let scale = Tensor.normal([32], using: &generator).requiringGradient()
      let running = RunningStatistics(mean: Tensor.zeros([32]), variance: Tensor.ones([32]))
      func results(_ threads: Int) -> [[Float]] {
        withThreads(threads) {
          [
            convolution(x, weight: weight, options: ConvolutionOptions(padding: 1)),
            convolution(x, weight: pointwise),
            convolution(x, weight: depthwise, options: ConvolutionOptions(padding: 1, groups: 32)),
            batchNorm(x, weight: scale, bias: Tensor.zeros([32]), running: running, isTraining: false),
          ].map { $0.floatArray() }
        }
      }
      let alone = results(1)
      for threads in [2, 3, 7] { #expect(results(threads) == alone, "\(threads) threads") }
    }

    @Test func generatorsAreSequences() {
      var (first, second, other) = (Generator(seed: 1), Generator(seed: 1), Generator(seed: 2))
      let shape: Shape = [1000]
      #expect(
        Tensor.normal(shape, using: &first).floatArray() == Tensor.normal(shape, using: &second).floatArray())
      #expect(first == second)
      let next = Tensor.normal(shape, using: &first).floatArray()
      #expect(next != Tensor.normal(shape, using: &other).floatArray())
      #expect(next == Tensor.normal(shape, using: &second).floatArray())
    }

    /// SplitMix64 seeded with 1234567, as published with the algorithm.
    @Test func theGeneratorIsSplitMix64() {
      var generator = Generator(seed: 1_234_567)
      let numbers = (0..<3).map { _ in generator.next() }
      #expect(numbers == [0x599E_D017_FB08_FC85, 0x2C73_F084_5854_0FA5, 0x883E_BCE5_A3F2_7C77])
    }

    @Test func distributions() {
      var generator = Generator(seed: 1)
      let normal = Tensor.normal([200_000], mean: 2, deviation: 3, using: &generator)
      #expect((normal.mean().item() - 2).magnitude < 0.05)
      #expect((normal.variance().item() - 9).magnitude < 0.2)
      let uniform = Tensor.uniform([200_000], in: -1..<3, using: &generator).floatArray()
      #expect(uniform.allSatisfy { $0 >= -1 && $0 < 3 })
      let dropped = Tensor.ones([200_000]).droppedOut(probability: 0.25, using: &generator)
      #expect((dropped.mean().item() - 1).magnitude < 0.01)
      #expect(Set(dropped.floatArray()) == [0, 1 / (1 - Float(0.25))])
    }

    private func withThreads<Result>(_ count: Int, _ body: () -> Result) -> Result {
      let before = Compute.threads
      defer { Compute.configure(threads: before) }
      Compute.configure(threads: count)
      return body()
    }
  }
}
