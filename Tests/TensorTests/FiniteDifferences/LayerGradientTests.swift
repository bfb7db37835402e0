import Tensor
import TestSupport
import Testing

extension TensorSuite {
  /// The other layers, and the losses, against central differences.
  @Suite struct LayerGradientTests {
    @Test(arguments: Activation.allCases) func activations(_ activation: Activation) {
      let x = Samples.normal([3, 4, 5], seed: 1, deviation: 3, avoiding: activation.kinks)
      expectGradients(of: { $0[0].activated(activation) }, at: [x])
    }

    @Test(arguments: [[6, 9], [2, 3, 5]]) func layerNorms(_ shape: [Int]) {
      let x = Samples.normal(Shape(shape), seed: 1, mean: 0.5)
      let (weight, bias) = (
        Samples.normal([shape[shape.count - 1]], seed: 2), Samples.normal([shape[shape.count - 1]], seed: 3)
      )
      expectGradients(of: { layerNorm($0[0]) }, at: [x], step: 1 / 128, "plain")
      expectGradients(of: { layerNorm($0[0], weight: $0[1]) }, at: [x, weight], step: 1 / 128, "weight")
      expectGradients(
        of: { layerNorm($0[0], weight: $0[1], bias: $0[2]) }, at: [x, weight, bias], step: 1 / 128,
        "weight and bias")
    }

    @Test(arguments: [1, 2, 3, 6]) func groupNorms(groups: Int) {
      let x = Samples.normal([2, 3, 2, 6], seed: 1, mean: 0.5)
      let (weight, bias) = (Samples.normal([6], seed: 2), Samples.normal([6], seed: 3))
      expectGradients(of: { groupNorm($0[0], groups: groups) }, at: [x], step: 1 / 128, "plain")
      expectGradients(
        of: { groupNorm($0[0], groups: groups, weight: $0[1], bias: $0[2]) }, at: [x, weight, bias],
        step: 1 / 128,
        "weight and bias")
    }

    @Test(arguments: RelativeNeighbours.Difference.allCases)
    func maxRelatives(_ difference: RelativeNeighbours.Difference) {
      let x = Samples.distinct([2, 5, 4, 3], seed: 1)
      let neighbours = RelativeNeighbours.sparse(every: 2, height: 5, width: 4, difference: difference)
      expectGradients(of: { $0[0].maxRelative(to: neighbours) }, at: [x])
      let mask = (Samples.normal([2, 5, 4, neighbours.rolls.count], seed: 2) + 1).absolute().less(than: Tensor(1))
      expectGradients(of: { $0[0].maxRelative(to: neighbours, mask: mask) }, at: [x], "masked")
    }

    @Test func softmaxes() {
      let x = Samples.normal([2, 3, 7], seed: 1, deviation: 2)
      expectGradients(of: { $0[0].softmax() }, at: [x], "softmax")
      expectGradients(of: { $0[0].logSoftmax() }, at: [x], "log-softmax")
    }

    @Test(arguments: [
      PoolingOptions(kernel: 2), PoolingOptions(kernel: 3, stride: 2, padding: 1),
      PoolingOptions(kernel: [3, 2], stride: [1, 2], padding: [1, 0], ceilMode: true),
    ]) func pooling(_ options: PoolingOptions) {
      let x = Samples.distinct([2, 6, 7, 3], seed: 1)
      expectGradients(of: { $0[0].maxPooled(options) }, at: [x], "maximum")
      for countsPadding in [false, true] {
        expectGradients(
          of: { $0[0].averagePooled(options, countsPadding: countsPadding) }, at: [x],
          "mean, \(countsPadding)")
      }
    }

    /// A trace of a norm without weight and bias gives the same again.
    @Test func plainLayerNormsAreReplayed() {
      let x = Samples.normal([2, 3, 8], seed: 1)
      let trace = Trace.recording([x]) { [layerNorm($0[0])] }
      let again = Tensor.applying(trace.steps[0].operator, to: [x, nil, nil], shape: x.shape)
      #expect(again.floatArray() == layerNorm(x).floatArray())
    }

    @Test func poolingMix() {
      let x = Samples.normal([2, 4, 5, 3], seed: 1)
      expectGradients(of: { $0[0].mixedByPooling(factors: $0[1]) }, at: [x, Samples.normal([3], seed: 2)])
    }

    @Test(arguments: [[1, 1], [2, 3], [4, 5], [7, 9]]) func adaptivePooling(_ size: [Int]) {
      let x = Samples.normal([2, 5, 6, 3], seed: 1)
      expectGradients(of: { $0[0].adaptiveAveragePooled(Pair(size[0], size[1])) }, at: [x])
    }

    @Test(arguments: ResizeMode.allCases, [[8, 9], [3, 2], [4, 5], [1, 1]]) func resizing(
      _ mode: ResizeMode, _ size: [Int]
    ) {
      let x = Samples.normal([2, 4, 5, 3], seed: 1)
      expectGradients(of: { $0[0].resized(to: Pair(size[0], size[1]), mode: mode) }, at: [x])
    }

    @Test(arguments: [Float(0), 0.1], LossReduction.allCases) func crossEntropies(
      smoothing: Float, reduction: LossReduction
    ) {
      let logits = Samples.normal([5, 4], seed: 1, deviation: 2)
      let labels = Tensor([0, 3, -100, 1, 2] as [Int64])
      let targets = Samples.normal([5, 4], seed: 2).softmax()
      expectGradients(
        of: { crossEntropy($0[0], labels: labels, labelSmoothing: smoothing, reduction: reduction) },
        at: [logits],
        "labels")
      expectGradients(
        of: { crossEntropy($0[0], targets: targets, labelSmoothing: smoothing, reduction: reduction) },
        at: [logits],
        "probabilities")
    }

    @Test func otherLosses() {
      let x = Samples.normal([4, 5], seed: 1, deviation: 2, avoiding: [0])
      let target = Samples.uniform([4, 5], seed: 2, in: 0..<1)
      expectGradients(of: { meanSquaredError($0[0], $0[1]) }, at: [x, target], "mean squared error")
      expectGradients(
        of: { binaryCrossEntropy(logits: $0[0], target: target) }, at: [x], "binary cross-entropy")
      let probabilities = target.softmax()
      expectGradients(
        of: { klDivergence($0[0].logSoftmax(), target: probabilities) }, at: [x],
        "Kullback–Leibler divergence")
      expectGradients(
        of: { klDivergence($0[0].logSoftmax(), target: $0[1].softmax()) }, at: [x, target],
        "both distributions")
    }

    /// A network whose last layer starts at zero gives such logits.
    @Test func binaryCrossEntropyOfLogitsThatAreZero() {
      let x = Tensor.zeros([4]).requiringGradient()
      let target = Tensor([0, 0.25, 0.5, 1] as [Float])
      let found = gradients(of: binaryCrossEntropy(logits: x, target: target))
      expectClose(found[x], (Tensor.full([4], 0.5) - target).scaled(by: 0.25))
    }
  }
}
