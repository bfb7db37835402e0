import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// A batch norm in evaluation whose scale is frozen gives the gradients of one whose scale trains, and keeps bits instead of x.
  @Suite struct FrozenBatchNormTests {
    private struct Result {
      let output: Tensor
      let input: Tensor
      let bias: Tensor
      let residual: Tensor?
      let savedBytes: Int
    }

    private let shape: Shape = [3, 3, 5, 21]

    private func run(
      _ activation: Activation, residual: Bool, isFrozen: Bool, dtype: DType, cotangent: (Shape) -> Tensor
    ) -> Result {
      var generator = Generator(seed: 5)
      let x = Tensor.normal(shape, using: &generator).scaled(by: 3).cast(to: dtype).requiringGradient()
      let added = residual ? Tensor.normal(shape, using: &generator).cast(to: dtype).requiringGradient() : nil
      let weight = Parameter(.normal([21], using: &generator))
      let bias = Parameter(.normal([21], using: &generator))
      let running = RunningStatistics(
        mean: .normal([21], using: &generator), variance: .uniform([21], in: 0.5..<2, using: &generator))
      weight.requiresGradient = !isFrozen
      let ledger = Ledger()
      let y = ledger.record {
        batchNorm(
          x, weight: weight.tensor, bias: bias.tensor, running: running, isTraining: false, activation: activation,
          residual: added)
      }
      let found = gradients(of: [(y, cotangent(y.shape).cast(to: dtype))])
      let saved = ledger.entries.reduce(0) { $0 + $1.value.savedBytes }
      return Result(
        output: y.detached, input: found[x]!, bias: found[bias]!, residual: added.flatMap { found[$0] },
        savedBytes: saved)
    }

    @Test(arguments: [Activation.identity, .relu, .relu6], [DType.float32, .bfloat16])
    func gradientsAreThoseOfTheTrainedNorm(_ activation: Activation, _ dtype: DType) {
      for residual in [false, true] {
        func cotangent(_ shape: Shape) -> Tensor {
          var generator = Generator(seed: 6)
          return .normal(shape, using: &generator)
        }
        let trained = run(activation, residual: residual, isFrozen: false, dtype: dtype, cotangent: cotangent)
        let frozen = run(activation, residual: residual, isFrozen: true, dtype: dtype, cotangent: cotangent)
        let tolerance = dtype == .float32 ? 1e-6 : 1e-2
        expectClose(frozen.output, trained.output, rtol: tolerance)
        expectClose(frozen.input, trained.input, rtol: tolerance)
        expectClose(frozen.bias, trained.bias, rtol: tolerance)
        if let expected = trained.residual { expectClose(frozen.residual, expected, rtol: tolerance) }
        let blocks = (3 * 3 * 5 + 7) / 8
        #expect(frozen.savedBytes == (activation == .identity ? 0 : blocks * 21) + 4 * 21)
      }
    }

    @Test(arguments: [Activation.identity, .relu, .relu6])
    func compressedCotangentsGiveWhatTheirPixelsGive(_ activation: Activation) {
      let grid = PatchGrid(covering: [3, 5], patch: 2)
      func compressed(_ shape: Shape) -> Tensor {
        var generator = Generator(seed: 7)
        return .patchConstant(.normal([3, 2, 3, 21], using: &generator), on: grid)
      }
      for residual in [false, true] {
        let pixels = run(activation, residual: residual, isFrozen: true, dtype: .float32) { compressed($0).copied() }
        let patches = run(activation, residual: residual, isFrozen: true, dtype: .float32, cotangent: compressed)
        #expect(patches.input.storage.deferred is any PatchwiseElements)
        expectClose(patches.input.patchMeans(over: grid), pixels.input.patchMeans(over: grid))
        expectClose(patches.input, pixels.input)
        expectClose(patches.bias, pixels.bias)
        if let expected = pixels.residual { expectClose(patches.residual, expected) }
      }
    }

    @Test func theResultIsNotKept() {
      let shape: Shape = [4, 32, 32, 16]
      let x = Tensor.ones(shape).requiringGradient()
      let running = RunningStatistics(mean: .zeros([16]), variance: .ones([16]))
      let before = MemoryPool.liveBytes
      let sum = batchNorm(
        x, weight: .ones([16]), bias: .zeros([16]), running: running, isTraining: false, activation: .relu
      ).sum()
      #expect(MemoryPool.liveBytes - before < shape.count, "an eighth of the elements in bytes, and some vectors")
      #expect(gradients(of: sum)[x]?.shape == shape)
    }

    @Test func sumsOfCompressedCotangentsStayCompressed() {
      let grid = PatchGrid(covering: 4, patch: 2)
      var generator = Generator(seed: 8)
      let values = (0..<2).map { _ in Tensor.normal([2, 2, 2, 3], using: &generator) }
      let x = Tensor.zeros([2, 4, 4, 3]).requiringGradient()
      let outputs = values.map { (x.scaled(by: 1), Tensor.patchConstant($0, on: grid)) }
      let sum = gradients(of: outputs.map { ($0.0, $0.1) })[x]
      expectClose(sum, Tensor.patchConstant(values[0] + values[1], on: grid))
    }

    @Test func aMeanOverAllPixelsIsConstantOnEveryPatch() {
      let x = Tensor.ones([2, 4, 6, 3]).requiringGradient()
      let cotangent = Tensor((0..<6).map { Float($0) }, shape: [2, 1, 1, 3])
      let gradient = gradients(of: [(x.adaptiveAveragePooled(), cotangent)])[x]
      let grid = PatchGrid(covering: [4, 6], patch: 3)
      let means = gradient?.patchMeans(over: grid)
      expectClose(means, cotangent.scaled(by: 1 / 24).broadcast(to: [2, 2, 2, 3]))
      expectClose(gradient, cotangent.scaled(by: 1 / 24).broadcast(to: [2, 4, 6, 3]))
    }
  }
}
