import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  @Suite struct LedgerTests {
    @Test func convolutionWorkByHand() {
      let (x, weight) = (
        Samples.normal([2, 8, 6, 3], seed: 1), Parameter(Samples.normal([5, 3, 3, 3], seed: 2))
      )
      let ledger = Ledger()
      ledger.record {
        let options = ConvolutionOptions(stride: 2, padding: 1)
        let y = convolution(x.requiringGradient(), weight: weight.tensor, options: options)
        y.compute()
        _ = gradients(of: [(y, Tensor.ones([2, 4, 3, 5]))])
      }
      let expected = Double(2 * (2 * 4 * 3 * 5) * (3 * 3 * 3))
      #expect(ledger.operations("convolution", .forward) == expected)
      #expect(ledger.operations("convolution input gradient", .backward) == expected)
      #expect(ledger.operations("convolution weight gradient", .backward) == expected)
    }

    @Test func groupedAndDepthwiseWorkByHand() {
      let x = Samples.normal([1, 5, 5, 6], seed: 1)
      let ledger = Ledger()
      ledger.record {
        for (weight, groups) in [(Tensor.ones([4, 3, 3, 3]), 2), (Tensor.ones([6, 1, 3, 3]), 6)] {
          convolution(x, weight: weight, options: ConvolutionOptions(padding: 1, groups: groups)).withBytes { _ in }
        }
      }
      #expect(ledger.operations("convolution", .forward) == Double(2 * 25 * 4 * 9 * 3))
      #expect(ledger.operations("depthwise convolution", .forward) == Double(2 * 25 * 6 * 9))
    }

    @Test func linearAndMatrixWorkByHand() {
      let (x, weight) = (Samples.normal([2, 5, 7], seed: 1), Samples.normal([3, 7], seed: 2))
      let ledger = Ledger()
      ledger.record {
        let y = linear(x.requiringGradient(), weight: weight.requiringGradient())
        _ = gradients(of: [(y, Tensor.ones([2, 5, 3]))])
        _ = x.matrixProduct(x, transposingRight: true)
      }
      let expected = Double(2 * (2 * 5) * 7 * 3)
      #expect(ledger.operations("linear", .forward) == expected)
      #expect(ledger.operations("linear input gradient", .backward) == expected)
      #expect(ledger.operations("linear weight gradient", .backward) == expected)
      #expect(ledger.operations("matrix product", .forward) == Double(2 * 2 * (5 * 5) * 7))
    }

    @Test func aStorageIsCountedOnce() {
      let (x, ledger) = (Samples.normal([16, 4], seed: 1), Ledger())
      let weights = (0..<3).map { _ in Parameter(Samples.normal([4, 4], seed: 2)) }
      let results = ledger.record { weights.map { linear(x, weight: $0.tensor) } }
      #expect(ledger.savedBytes == x.byteCount)
      withExtendedLifetime(results) {}
    }

    /// Memory is used again from step to step; what is saved in it counts in every step.
    @Test func everyStepCountsAnew() {
      let ledger = Ledger()
      let parameter = Parameter(Tensor.ones([4, 4]))
      func step() {
        let x = Samples.normal([16, 4], seed: 1)
        _ = gradients(of: linear(x, weight: parameter.tensor).sum())
      }
      for _ in 0..<5 { ledger.record { step() } }
      #expect(ledger.savedBytes == 5 * 16 * 4 * 4)
    }

    @Test func normalizationKeepsItsStatistics() {
      let (x, ledger) = (Samples.normal([32, 8], seed: 1), Ledger())
      let y = ledger.record { layerNorm(x.requiringGradient()) }
      #expect(ledger.savedBytes == x.byteCount + 2 * 32 * 4)
      withExtendedLifetime(y) {}
    }

    @Test func rowsAreNamedByModule() {
      let (x, ledger) = (Samples.normal([4, 4], seed: 1).requiringGradient(), Ledger())
      ledger.record {
        let y = Scope.$path.withValue("block.0") { x.exp() }
        _ = gradients(of: y.sum())
      }
      let exponential = ledger.entries.filter { $0.key.operation == "exp" }
      #expect(exponential.map(\.key.module) == ["block.0"])
      #expect(exponential.first?.value.calls == 1)
      #expect(ledger.entries.keys.contains { $0.module == "block.0" && $0.pass == .backward })
    }

    @Test func peaksAreEntered() {
      let ledger = Ledger()
      let before = MemoryPool.liveBytes
      _ = ledger.record { Tensor.ones([1 << 20]) + Tensor.ones([1 << 20]) }
      let peak = ledger.entries.values.map(\.peakBytes).max() ?? 0
      #expect(peak - before >= 3 * (4 << 20))
    }

    @Test func nothingIsEnteredOutside() {
      let ledger = Ledger()
      ledger.record {}
      _ = Tensor.ones([4]) + Tensor.ones([4])
      #expect(ledger.entries.isEmpty)
    }
  }
}
