import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// Convolutions and norms compute large batches band by band, in the order of the caches.
  @Suite struct BandTests {
    /// One convolution of a chain.
    struct Geometry: Sendable, CustomTestStringConvertible {
      let testDescription: String
      let outputs: Int
      let kernel: Int
      var stride = 1
      var isDepthwise = false
    }

    static let geometries = [
      Geometry(testDescription: "pointwise", outputs: 24, kernel: 1),
      Geometry(testDescription: "dense", outputs: 24, kernel: 3, stride: 2),
      Geometry(testDescription: "depthwise", outputs: 48, kernel: 3, isDepthwise: true),
    ]

    private struct Run {
      var results: [Tensor]
      var bandCount: Int
      /// Calls of the kernels that make all gradients of a convolution in one pass.
      var passes: Int
    }

    /// norm–activation–convolution–norm over a batch; `inBands` false reads every image as a whole before it is used.
    private func run(_ geometry: Geometry, batch: Int, dtype: DType, inBands: Bool) -> Run {
      let channels = 48
      var generator = Generator(seed: 1)
      let x = Tensor.normal([batch, 32, 32, channels], using: &generator).cast(to: dtype).requiringGradient()
      let groups = geometry.isDepthwise ? channels : 1
      let weight = Parameter(
        Samples.normal(
          [geometry.outputs, channels / groups, geometry.kernel, geometry.kernel], seed: 2, deviation: 0.1))
      let options = ConvolutionOptions(
        stride: Pair(geometry.stride, geometry.stride), padding: Padding(integerLiteral: geometry.kernel / 2),
        groups: groups)
      func norm(_ x: Tensor, _ activation: Activation) -> (Tensor, [Tensor]) {
        let (scale, shift) = (
          Samples.uniform([x.shape[-1]], seed: 4, in: 0.5..<1.5).requiringGradient(),
          Samples.normal([x.shape[-1]], seed: 5).requiringGradient()
        )
        let running = RunningStatistics(mean: .zeros([x.shape[-1]]), variance: .ones([x.shape[-1]]))
        let y = batchNorm(x, weight: scale, bias: shift, running: running, isTraining: true, activation: activation)
        return (y, [scale, shift])
      }
      let ledger = Ledger()
      return ledger.record {
        let (a, first) = norm(x, .relu6)
        if !inBands { a.compute() }
        let y = convolution(a, weight: weight.tensor, options: options)
        if !inBands { y.compute() }
        let (z, second) = norm(y, .identity)
        let cotangent = Tensor.normal(z.shape, using: &generator).cast(to: dtype)
        let found = gradients(of: [(z, cotangent)])
        let inputs = [x] + first + second
        let gradients = inputs.compactMap { found[$0] } + [found[weight]].compactMap(\.self)
        return Run(
          results: [z] + gradients, bandCount: ledger.calls("batch norm input gradient", .backward),
          passes: ledger.calls("convolution gradients", .backward)
            + ledger.calls("depthwise gradients", .backward))
      }
    }

    @Test(arguments: geometries, [DType.float32, .bfloat16])
    func bandsGiveTheSameNumbers(_ geometry: Geometry, _ dtype: DType) {
      let batch = dtype == .float32 ? 128 : 256  // more than the caches hold, else there is one band
      let (banded, whole) = (
        run(geometry, batch: batch, dtype: dtype, inBands: true),
        run(geometry, batch: batch, dtype: dtype, inBands: false)
      )
      #expect(banded.bandCount > 2 || banded.passes == 1)
      #expect(banded.results.count == 7)
      for (found, expected) in zip(banded.results, whole.results) {
        let scale = Double(expected.floatArray().map(abs).max() ?? 0)
        expectClose(found, expected, rtol: 0, atol: (dtype == .float32 ? 2e-5 : 2e-2) * scale)
      }
    }

    @Test func aWeightThatChangesLaterDoesNotChangeTheResult() {
      let x = Samples.normal([2, 5, 5, 3], seed: 1)
      let weight = Parameter(Samples.normal([4, 3, 1, 1], seed: 2))
      let expected = withoutGradients { convolution(x, weight: weight.tensor) }
      let y = convolution(x, weight: weight.tensor)
      weight.value.assign(.zeros([4, 3, 1, 1]))
      #expect(y.floatArray() == expected.floatArray())
    }

    /// A norm over another matrix of the same elements than that which is computed row by row.
    @Test(arguments: [[8, 256], [2, 16, 16, 4]]) func aNormOfAnotherMatrix(_ extents: [Int]) {
      let x = Samples.normal([8, 4, 4, 16], seed: 1).requiringGradient()
      func statistics(of y: Tensor) -> [Tensor] {
        let channels = extents[extents.count - 1]
        let running = RunningStatistics(mean: .zeros([channels]), variance: .ones([channels]))
        let z = batchNorm(
          y.reshaped(Shape(extents)), weight: .ones([channels]), bias: .zeros([channels]), running: running,
          isTraining: true)
        return [z, running.mean, running.variance]
      }
      func convolved() -> Tensor {
        convolution(x, weight: Samples.normal([16, 16, 3, 3], seed: 2), options: .init(padding: 1))
      }
      func normed() -> Tensor {
        let running = RunningStatistics(mean: .zeros([16]), variance: .ones([16]))
        return batchNorm(x, weight: .ones([16]), bias: .zeros([16]), running: running, isTraining: true)
      }
      for operation in [convolved, normed] {
        let whole = operation()
        whole.compute()
        for (found, expected) in zip(statistics(of: operation()), statistics(of: whole)) {
          expectClose(found, expected, rtol: 1e-5, atol: 1e-5)
        }
      }
    }

    /// What one backward pass saw of a cotangent is not part of the next one's sums.
    @Test func aSecondBackwardPassBeginsAnew() {
      let x = Samples.normal([4, 6, 6, 8], seed: 1).requiringGradient()
      let scale = Samples.uniform([8], seed: 2, in: 0.5..<1.5).requiringGradient()
      let running = RunningStatistics(mean: .zeros([8]), variance: .ones([8]))
      let weight = Samples.normal([8, 8, 3, 3], seed: 3)
      let y = batchNorm(x, weight: scale, bias: .zeros([8]), running: running, isTraining: false)
      let z = convolution(y, weight: weight, options: .init(padding: 1))
      let outputs = [(z, Samples.normal(z.shape, seed: 4)), (y, Samples.normal(y.shape, seed: 5))]
      func scaleGradient() -> Tensor? {
        gradients(of: outputs, withRespectTo: [.tensor(scale)], keepingGraph: true)[scale]
      }
      let expected = scaleGradient()
      _ = gradients(of: [outputs[0]], withRespectTo: [.tensor(x)], keepingGraph: true)
      let found = scaleGradient()
      if let expected, let found { expectClose(found, expected, rtol: 1e-5) }
      #expect(expected != nil && found != nil)
    }

    @Test func aGradientThatForksIsNotWatched() {
      let running = { RunningStatistics(mean: .zeros([8]), variance: .ones([8])) }
      let x = Samples.normal([4, 6, 6, 8], seed: 1).requiringGradient()
      let scale = Samples.uniform([8], seed: 2, in: 0.5..<1.5).requiringGradient()
      let weight = Samples.normal([8, 8, 1, 1], seed: 3)
      func loss(forks: Bool) -> Tensor {
        let a = batchNorm(x, weight: scale, bias: .zeros([8]), running: running(), isTraining: true)
        let y = convolution(a, weight: weight)
        return ((forks ? y + a : y) * Samples.normal([4, 6, 6, 8], seed: 4)).sum()
      }
      let through = gradients(of: loss(forks: false))[scale]
      let forked = gradients(of: loss(forks: true))[scale]
      let a = batchNorm(x, weight: scale, bias: .zeros([8]), running: running(), isTraining: true)
      let beside = gradients(of: (a * Samples.normal([4, 6, 6, 8], seed: 4)).sum())[scale]
      if let through, let forked, let beside { expectClose(forked, through + beside, rtol: 1e-4, atol: 1e-4) }
      #expect(forked != nil)
    }
  }
}
