import NeuralNet
import Tensor
import TestSupport
import Testing

/// What a batch norm does to its buffers, and which statistics it uses.
@Suite struct BatchNormLayerTests {
  private let x = Samples.normal([4, 3, 5, 2], seed: 1, mean: 2, deviation: 3)

  /// The mean, the biased and the unbiased variance of each channel.
  private func statistics() -> (mean: Tensor, biased: Tensor, unbiased: Tensor) {
    (
      x.mean(axes: [0, 1, 2]), x.variance(axes: [0, 1, 2], correction: 0),
      x.variance(axes: [0, 1, 2], correction: 1)
    )
  }

  @Test func trainingUpdatesTheBuffers() {
    let norm = BatchNorm(2, momentum: 0.25)
    #expect(norm.numBatchesTracked.value.array(of: Int64.self) == [0])
    _ = norm(x)
    let batch = statistics()
    expectClose(norm.runningMean.value, batch.mean * 0.25)
    expectClose(norm.runningVar.value, batch.unbiased * 0.25 + 0.75)
    _ = norm(x)
    expectClose(norm.runningMean.value, batch.mean * 0.4375)
    #expect(norm.numBatchesTracked.value.array(of: Int64.self) == [2])
  }

  @Test func trainingUsesTheBatch() {
    let batch = statistics()
    expectClose(BatchNorm(2)(x), (x - batch.mean) / (batch.biased + 1e-5).squareRoot(), rtol: 1e-5)
  }

  @Test func evaluationUsesTheBuffersAndLeavesThem() {
    let norm = BatchNorm(2, activation: .relu)
    let (mean, shift) = (Tensor([1, -2] as [Float]), Tensor([0.5, 0] as [Float]))
    norm.runningMean.value.assign(mean)
    norm.runningVar.value.assign(Tensor([4, 0.25] as [Float]))
    norm.weight.value.assign(Tensor([2, -1] as [Float]))
    norm.bias.value.assign(shift)
    norm.setTraining(false)
    // (x − mean) / √var · weight + bias, with the variances' epsilon too small to see.
    let expected = ((x - mean) * Tensor([1, -2] as [Float]) + shift).relu()
    expectClose(norm(x), expected, rtol: 1e-4)
    #expect(norm.runningMean.value.floatArray() == [1, -2])
    #expect(norm.runningVar.value.floatArray() == [4, 0.25])
    #expect(norm.numBatchesTracked.value.array(of: Int64.self) == [0])
  }

  @Test func residualsAreAddedBeforeTheActivation() {
    let (plain, norm) = (BatchNorm(2), BatchNorm(2, activation: .relu))
    let residual = Samples.normal([4, 3, 5, 2], seed: 2)
    expectClose(norm(x, adding: residual), (plain(x) + residual).relu(), rtol: 1e-6)
  }
}
