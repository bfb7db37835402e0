import NeuralNet
import Tensor
import TestSupport
import Testing

/// How new weights are distributed.
@Suite struct InitializerTests {
  private func moments(_ tensor: Tensor) -> (mean: Double, variance: Double, largest: Double) {
    let values = tensor.floatArray().map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance, values.reduce(0) { max($0, $1.magnitude) })
  }

  /// With n elements the mean deviates by √(variance / n), and the variance by at most √(2 / n) of itself; five times that.
  private func expect(_ tensor: Tensor, variance: Double) {
    let (found, count) = (moments(tensor), Double(tensor.count))
    #expect(abs(found.mean) < 5 * (variance / count).squareRoot())
    #expect(abs(found.variance / variance - 1) < 5 * (2 / count).squareRoot())
  }

  @Test func heFanOut() {
    var generator = Generator(seed: 1)
    let convolution = Convolution(32, 64, kernel: 3, using: &generator)
    expect(convolution.weight.value, variance: 2 / (64 * 9))
    #expect(convolution.bias?.value.floatArray() == Array(repeating: 0, count: 64))
  }

  @Test func heFanOutInGroups() {
    var generator = Generator(seed: 1)
    let depthwise = Convolution(512, 512, kernel: 5, groups: 512, using: &generator)
    #expect(depthwise.weight.value.shape == [512, 1, 5, 5])
    expect(depthwise.weight.value, variance: 2 / 25)
    expect(Convolution(64, 128, kernel: 3, groups: 4, using: &generator).weight.value, variance: 2 / (128 * 9 / 4))
  }

  @Test func uniformFanIn() throws {
    var generator = Generator(seed: 1)
    let linear = Linear(100, 200, using: &generator)
    expect(linear.weight.value, variance: 0.01 / 3)
    #expect(moments(linear.weight.value).largest <= 0.1)
    let bias = try #require(linear.bias).value
    expect(bias, variance: 0.01 / 3)
    #expect(moments(bias).largest <= 0.1)
    let filters = Initializer.uniformFanIn.weight([64, 16, 5, 5], using: &generator)
    expect(filters, variance: 1 / (3 * 400))
  }

  @Test func normalAndZeros() {
    var generator = Generator(seed: 1)
    let linear = Linear(100, 200, initializer: .normal(deviation: 0.02), using: &generator)
    expect(linear.weight.value, variance: 0.0004)
    #expect(linear.bias?.value.floatArray() == Array(repeating: 0, count: 200))
    #expect(Linear(3, 2, initializer: .zeros, using: &generator).weight.value.floatArray() == [0, 0, 0, 0, 0, 0])
  }

  @Test func seeds() {
    func weight(_ seed: UInt64) -> [Float] {
      var generator = Generator(seed: seed)
      return Linear(4, 4, using: &generator).weight.value.floatArray()
    }
    #expect(weight(1) == weight(1))
    #expect(weight(1) != weight(2))
    var generator = Generator(seed: 1)
    let (first, second) = (Linear(4, 4, using: &generator), Linear(4, 4, using: &generator))
    #expect(first.weight.value.floatArray() != second.weight.value.floatArray())
  }
}
