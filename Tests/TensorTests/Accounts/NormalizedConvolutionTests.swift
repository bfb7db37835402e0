import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// Convolutions that a batch norm with fixed statistics completes, where nothing is recorded.
  @Suite struct NormalizedConvolutionTests {
    private struct Case: Sendable, CustomTestStringConvertible {
      let testDescription: String
      var inputs = 16
      var outputs = 24
      var kernel = 3
      var groups = 1
      var hasBias = false
      var hasResidual = false
      var activation = Activation.relu
      var dtype = DType.float32
    }

    private static let cases = [
      Case(testDescription: "3×3"),
      Case(testDescription: "3×3, bias and residual", hasBias: true, hasResidual: true),
      Case(testDescription: "1×1 without activation", kernel: 1, activation: .identity),
      Case(testDescription: "three channels in", inputs: 3, kernel: 7, activation: .relu6),
      Case(testDescription: "groups", groups: 4, hasBias: true),
      Case(testDescription: "depthwise", outputs: 16, groups: 16, hasBias: true, activation: .relu6),
      Case(testDescription: "depthwise and residual", outputs: 16, groups: 16, hasResidual: true),
      Case(testDescription: "bfloat16", kernel: 1, hasResidual: true, dtype: .bfloat16),
    ]

    private struct Block {
      let x: Tensor
      let weight: Tensor
      let bias: Tensor?
      let residual: Tensor?
      let options: ConvolutionOptions
      let norm: (Tensor) -> Tensor

      init(_ it: Case, batch: Int = 2, side: Int = 10) {
        var generator = Generator(seed: 7)
        let count = it.outputs
        x = Tensor.normal([batch, side, side, it.inputs], using: &generator).cast(to: it.dtype)
        weight = .normal([count, it.inputs / it.groups, it.kernel, it.kernel], using: &generator)
        bias = it.hasBias ? .normal([count], using: &generator) : nil
        options = ConvolutionOptions(padding: Padding(integerLiteral: it.kernel / 2), groups: it.groups)
        let residual =
          it.hasResidual ? Tensor.normal([batch, side, side, count], using: &generator).cast(to: it.dtype) : nil
        self.residual = residual
        let (scale, shift) = (Tensor.normal([count], using: &generator), Tensor.normal([count], using: &generator))
        let running = RunningStatistics(
          mean: .normal([count], using: &generator), variance: Tensor.normal([count], using: &generator).squared())
        norm = {
          batchNorm(
            $0, weight: scale, bias: shift, running: running, isTraining: false, epsilon: 0.1,
            activation: it.activation, residual: residual)
        }
      }

      func convolved() -> Tensor { convolution(x, weight: weight, bias: bias, options: options) }

      /// Both operations, each on its own.
      func separately() -> Tensor {
        let y = convolved()
        y.compute()
        return norm(y)
      }
    }

    @Test(arguments: cases) private func equalsBothOperations(_ it: Case) {
      let block = Block(it)
      let rounding = it.dtype == .bfloat16 ? 0x1p-7 : 1e-5
      expectClose(block.norm(block.convolved()), block.separately(), rtol: rounding)
    }

    @Test func takesOnePass() {
      let block = Block(Case(testDescription: ""))
      let convolved = block.convolved()
      let ledger = Ledger()
      let y = ledger.record { block.norm(convolved) }
      #expect(y.storage.deferred == nil && convolved.storage.deferred != nil)
      #expect(ledger.entries.filter { $0.key.operation == "convolution" }.values.map(\.calls) == [1])
      let alone = Ledger()
      alone.record { block.separately().compute() }
      func operations(_ ledger: Ledger) -> Double { ledger.entries.values.reduce(0) { $0 + $1.operations } }
      #expect(operations(ledger) == operations(alone))
    }

    private func peak(_ body: () -> Tensor) -> Int {
      body().compute()
      MemoryPool.resetPeak()
      let before = MemoryPool.liveBytes
      body().compute()
      return MemoryPool.peakBytes - before
    }

    @Test func needsNoMoreMemory() {
      let block = Block(Case(testDescription: "", kernel: 1, hasResidual: true), batch: 8, side: 64)
      let (whole, parts) = (peak { block.norm(block.convolved()) }, peak(block.separately))
      #expect(whole < parts, "\(whole) bytes and \(parts)")
    }

    /// 1×1 to six times the channels, then depthwise: the wide images are never in memory as a whole.
    @Test func anExpansionIsComputedBandByBand() {
      let expansion = Block(Case(testDescription: "", inputs: 8, outputs: 48, kernel: 1), batch: 16, side: 64)
      let kernels = Samples.normal([48, 1, 3, 3], seed: 3)
      func depthwise(_ x: Tensor) -> Tensor {
        convolution(x, weight: kernels, options: ConvolutionOptions(padding: 1, groups: 48))
      }
      func streamed() -> Tensor { depthwise(expansion.norm(expansion.convolved())) }
      let image = 16 * 64 * 64 * 48 * DType.float32.byteCount
      #expect(peak(streamed) < image * 3 / 2)
      expectClose(streamed(), depthwise(expansion.separately().copied()))
    }

    @Test(arguments: [1, 16]) func usesTheWeightsOfItsCall(groups: Int) {
      let block = Block(Case(testDescription: "", inputs: 16, outputs: 16, kernel: 1, groups: groups, hasBias: true))
      let expected = block.separately().copied()
      let convolved = block.convolved()
      block.weight.assign(.zeros(block.weight.shape))
      block.bias?.assign(.zeros([16]))
      expectClose(block.norm(convolved), expected)
    }

    @Test func countsWithoutRunning() {
      let block = Block(Case(testDescription: ""))
      let (estimated, run) = (Ledger(), Ledger())
      estimated.estimate { block.norm(block.convolved()).compute() }
      run.record { block.norm(block.convolved()).compute() }
      func products(_ ledger: Ledger) -> [Double] {
        ledger.entries.filter { $0.key.operation == "convolution" }.values.map(\.operations)
      }
      #expect(products(estimated) == products(run) && products(run).count == 1)
    }
  }
}
