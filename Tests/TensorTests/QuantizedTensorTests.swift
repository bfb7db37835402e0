import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  @Suite struct QuantizedTensorTests {
    @Test func nearestCodesAreHalfAStepAwayAtMost() {
      let x = Samples.normal([3, 5, 7], seed: 1, mean: 2)
      for ranges in [QuantizedTensor.Ranges.tensor, .rows, .columns] {
        let quantized = QuantizedTensor(x, bits: 4, ranges: ranges)
        #expect(quantized.codes.array(of: UInt8.self).max() == 15 && quantized.codes.array(of: UInt8.self).min() == 0)
        #expect(quantized.step.count == [.tensor: 1, .rows: 3, .columns: 7][ranges])
        let largest = quantized.step.floatArray().max() ?? 0
        let error = (quantized.dequantized() - x).absolute().floatArray().max() ?? .infinity
        #expect(error <= largest * 0.5001)
      }
    }

    @Test func rangesAreThoseOfRowsAndColumns() {
      let x = Tensor([0, 1, 2, 10, 20, 40] as [Float], shape: [2, 3])
      let rows = QuantizedTensor(x, bits: 8, ranges: .rows)
      expectClose(rows.lower, Tensor([0, 10] as [Float]), rtol: 0)
      expectClose(rows.step, Tensor([2 / 255, 30 / 255] as [Float]), rtol: 1e-6)
      let columns = QuantizedTensor(x, bits: 8, ranges: .columns)
      expectClose(columns.lower, Tensor([0, 1, 2] as [Float]), rtol: 0)
      expectClose(columns.step, Tensor([10 / 255, 19 / 255, 38 / 255] as [Float]), rtol: 1e-6)
      // The ends of a range are codes, so that two rows come back whole.
      expectClose(columns.dequantized(), x, rtol: 1e-6)
    }

    @Test func zeroStaysZeroWhereItIsHeld() {
      let x = Tensor([-0.3, 0, 0.9, 0.01, 1.7] as [Float])
      let held = QuantizedTensor(x, bits: 3, holdsZero: true).dequantized().floatArray()
      #expect(held[1] == 0)
      let positive = QuantizedTensor(Tensor([3, 5, 0.0, 4] as [Float]) + 1, bits: 8, holdsZero: true)
      #expect(positive.lower.item() == 0)
    }

    @Test func constantNumbersComeBackAndOthersThatAreNotFiniteDoNotTrap() {
      let constant = Tensor.full([2, 3], -4.25)
      expectClose(QuantizedTensor(constant, bits: 8).dequantized(), constant, rtol: 0)
      let bad = QuantizedTensor(Tensor([1, .nan, .infinity] as [Float]), bits: 8).dequantized()
      #expect(!bad.isFinite)
    }

    @Test func randomRoundingHasTheMeanOfTheNumber() {
      // 0 and 3 set a step of 1.
      let x = Tensor([0, 3, 0.25, 1.5, 2.9] as [Float])
      var generator = Generator(seed: 5)
      var sum = Tensor.zeros(x.shape)
      for _ in 0..<4000 {
        let noise = Tensor.uniform(x.shape, using: &generator)
        sum = sum + QuantizedTensor(x, bits: 2, noise: noise).dequantized()
      }
      // The deviation of a mean of 4000 draws is at most ½ / √4000 = 0.008.
      expectClose(sum.scaled(by: 1 / 4000), x, rtol: 0, atol: 0.04)
    }

    @Test func packedCodesComeBack() {
      let x = Samples.normal([3, 5], seed: 3)
      let quantized = QuantizedTensor(x, bits: 8)
      let packed = quantized.packed
      #expect(packed.byteCount == x.count + QuantizedTensor.packedOverhead)
      expectClose(QuantizedTensor(packed: packed, shape: x.shape).dequantized(), quantized.dequantized(), rtol: 0)
    }
  }
}
