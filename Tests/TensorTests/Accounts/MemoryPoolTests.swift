import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  @Suite struct MemoryPoolTests {
    @Test func tensorsAreCountedWhileTheyLive() {
      let before = MemoryPool.liveBytes
      do {
        let large = Tensor(uninitialized: [1 << 20])
        let small = Tensor(uninitialized: [3])
        #expect(MemoryPool.liveBytes - before == (4 << 20) + 64)
        withExtendedLifetime((large, small)) {}
      }
      #expect(MemoryPool.liveBytes == before)
    }

    @Test func viewsShareMemory() {
      let tensor = Tensor(uninitialized: [1 << 20])
      let before = MemoryPool.liveBytes
      let view = tensor.reshaped([1 << 10, 1 << 10]).detached
      #expect(MemoryPool.liveBytes == before)
      withExtendedLifetime((tensor, view)) {}
    }

    @Test func thePeakIsTheLargestSum() {
      MemoryPool.resetPeak()
      let before = MemoryPool.liveBytes
      for _ in 0..<3 { _ = Tensor(uninitialized: [1 << 20]) }
      #expect(MemoryPool.peakBytes - before >= 4 << 20)
      #expect(MemoryPool.peakBytes - before < 8 << 20)
      MemoryPool.resetPeak()
      #expect(MemoryPool.peakBytes == MemoryPool.liveBytes)
    }

    @Test func peaksOfSmallAndLargeTensorsCountTogether() {
      MemoryPool.resetPeak()
      let before = MemoryPool.liveBytes
      _ = Tensor(uninitialized: [1 << 20])
      _ = (0..<100).map { _ in Tensor(uninitialized: [1 << 10]) }
      #expect(MemoryPool.peakBytes - before == 4 << 20, "they were never there at once")
    }

    /// A training step leaves nothing behind.
    @Test func stepsDoNotGrow() {
      let weight = Parameter(Samples.normal([8, 4, 3, 3], seed: 1))
      let x = Samples.normal([4, 8, 8, 4], seed: 2)
      func step() {
        let y = convolution(x, weight: weight.tensor, options: ConvolutionOptions(padding: 1)).gelu()
        _ = gradients(of: (y * y.mean(axes: [1, 2], keepsAxes: true)).mean())
      }
      step()
      let before = MemoryPool.liveBytes
      for _ in 0..<100 { step() }
      #expect(MemoryPool.liveBytes == before)
    }

    /// What only a backward pass reads takes no memory without one.
    @Test func aLayerNormMakesNoStatisticsForNobody() {
      let x = Samples.normal([1 << 18, 4], seed: 1)
      let before = MemoryPool.liveBytes
      MemoryPool.resetPeak()
      let y = layerNorm(x)
      #expect(MemoryPool.peakBytes - before < y.byteCount + x.shape[0] * DType.float32.byteCount)
      withExtendedLifetime((x, y)) {}
    }
  }
}
