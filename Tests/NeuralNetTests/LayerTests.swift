import NeuralNet
import Tensor
import TestSupport
import Testing

/// Gives the cotangent's sum for every element of every gradient.
private struct SummedBackward: ConvolutionBackward, LinearBackward {
  func save(_ input: Tensor, weight: Tensor, options: ConvolutionOptions) -> Tensor { input }
  func save(_ input: Tensor) -> Tensor { input }

  func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, options: ConvolutionOptions,
    wantsInput: Bool, wantsWeight: Bool, wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    gradients(
      cotangent: cotangent, saved: saved, weight: weight, inputShape: inputShape, wantsInput: wantsInput,
      wantsWeight: wantsWeight, wantsBias: wantsBias)
  }

  func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, wantsInput: Bool, wantsWeight: Bool,
    wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    let sum = cotangent.sum().item()
    return (.full(inputShape, sum), .full(weight.shape, sum), .full([weight.shape[0]], sum))
  }
}

/// What the layers add to the operations of the module Tensor: options, padding rules, swapped backward passes.
@Suite struct LayerTests {
  @Test(arguments: 5...8, [(1, 1), (1, 2), (2, 2), (3, 1)]) func samePadding(size: Int, steps: (Int, Int)) {
    var generator = Generator(seed: 1)
    let (stride, dilation) = steps
    for kernel in [1, 2, 3, 5] {
      let layer = Convolution(
        1, 2, kernel: Pair(kernel, kernel), stride: Pair(stride, stride), padding: .same,
        dilation: Pair(dilation, dilation), using: &generator)
      let expected: Shape = [1, (size + stride - 1) / stride, (size + stride) / stride, 2]
      #expect(layer(Tensor.ones([1, size, size + 1, 1])).shape == expected)
    }
  }

  /// As in TensorFlow the odd row and column of zeros lie below and to the right.
  @Test func samePaddingIsUneven() {
    var generator = Generator(seed: 1)
    let layer = Convolution(1, 1, kernel: 3, stride: 2, padding: .same, bias: false, using: &generator)
    layer.weight.value.assign(.ones([1, 1, 3, 3]))
    let x = Tensor(Array(stride(from: Float(0), to: 16, by: 1)), shape: [1, 4, 4, 1])
    // Windows of rows and columns 0...2 and 2...3.
    #expect(layer(x).floatArray() == [45, 39, 66, 50])
  }

  @Test func fixedPadding() {
    var generator = Generator(seed: 1)
    let padding = PaddingRule.fixed(Padding(top: 2, bottom: 0, left: 0, right: 1))
    let layer = Convolution(1, 1, kernel: 3, padding: padding, using: &generator)
    #expect(layer(Tensor.ones([1, 4, 4, 1])).shape == [1, 4, 3, 1])
    #expect(Convolution(1, 1, kernel: 3, using: &generator)(Tensor.ones([1, 4, 4, 1])).shape == [1, 2, 2, 1])
  }

  @Test func swappedConvolutionBackward() {
    var generator = Generator(seed: 1)
    let layer = Convolution(2, 3, kernel: 3, padding: 1, using: &generator)
    let x = Samples.normal([2, 4, 4, 2], seed: 2).requiringGradient()
    let exact = layer(x)
    layer.backward = SummedBackward()
    let y = layer(x)
    #expect(y.floatArray() == exact.floatArray())
    let found = gradients(of: y.sum())
    #expect(found[layer.weight]?.floatArray() == Array(repeating: 96, count: 54))
    #expect(found[x]?.floatArray() == Array(repeating: 96, count: 64))
  }

  @Test func swappedLinearBackward() throws {
    var generator = Generator(seed: 1)
    let layer = Linear(4, 3, using: &generator)
    layer.backward = SummedBackward()
    let found = gradients(of: layer(Tensor.ones([5, 4])).sum())
    #expect(found[layer.weight]?.floatArray() == Array(repeating: 15, count: 12))
    #expect(found[try #require(layer.bias)]?.floatArray() == [15, 15, 15])
  }

  @Test func residualsAddTheirInput() {
    let x = Samples.normal([3, 4], seed: 1)
    expectClose(Residual(ActivationLayer(.relu))(x), x + x.relu(), rtol: 0)
    expectClose(Sequential(Identity(), ActivationLayer(.relu))(x), x.relu(), rtol: 0)
    expectClose(Sequential([])(x), x, rtol: 0)
  }

  @Test func pooling() {
    let x = Tensor(Array(stride(from: Float(0), to: 16, by: 1)), shape: [1, 4, 4, 1])
    #expect(MaxPool(kernel: 2)(x).floatArray() == [5, 7, 13, 15])
    #expect(MaxPool(kernel: 3, stride: 2, padding: 1)(x).floatArray() == [5, 7, 13, 15])
    #expect(AveragePool(kernel: 2)(x).floatArray() == [2.5, 4.5, 10.5, 12.5])
    #expect(AveragePool(kernel: 3, stride: 3, padding: 1, countsPadding: false)(x).floatArray().first == 2.5)
    #expect(GlobalAveragePool()(x).floatArray() == [7.5])
    #expect(GlobalAveragePool()(Tensor.ones([2, 3, 5, 7])).shape == [2, 7])
    #expect(Flatten()(Tensor.ones([2, 3, 5, 7])).shape == [2, 105])
  }

  @Test func layerNormsScaleAndShift() {
    let x = Samples.normal([2, 3, 4], seed: 1, mean: 5, deviation: 2)
    let layer = LayerNorm(4)
    layer.weight.value.assign(.full([4], 2))
    layer.bias.value.assign(.full([4], 1))
    expectClose(layer(x), normalized(x, axes: [2]) * 2 + 1)
  }

  @Test func groupNormsNormalizeEachGroup() {
    let x = Samples.normal([2, 3, 3, 4], seed: 1, mean: 5, deviation: 2)
    let halves = x.split(axis: 3, extents: [2, 2]).map { normalized($0, axes: [1, 2, 3]) }
    expectClose(GroupNorm(groups: 2, 4)(x), Tensor.concatenated(halves, axis: 3))
  }

  private func normalized(_ x: Tensor, axes: [Int]) -> Tensor {
    let mean = x.mean(axes: axes, keepsAxes: true)
    let variance = x.variance(axes: axes, keepsAxes: true, correction: 0)
    return (x - mean) / (variance + 1e-5).squareRoot()
  }
}
