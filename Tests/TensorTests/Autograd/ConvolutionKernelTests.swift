import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// The kernels of our own that stand in for oneDNN's, against sums in float64.
  @Suite struct ConvolutionKernelTests {
    struct Case: Sendable, CustomTestStringConvertible {
      let testDescription: String
      let input: Shape
      let outputs: Int
      var kernel = 3
      var padding: Padding = 1
    }

    static let threeByThree = [
      Case(testDescription: "even", input: [4, 12, 12, 32], outputs: 64),
      Case(testDescription: "odd", input: [2, 13, 11, 64], outputs: 32),
      Case(
        testDescription: "uneven padding", input: [2, 12, 15, 32], outputs: 32,
        padding: Padding(top: 0, bottom: 2, left: 2, right: 1)),
      Case(testDescription: "one panel", input: [2, 20, 18, 16], outputs: 16),
      Case(testDescription: "odd panels", input: [2, 12, 12, 48], outputs: 80),
      Case(testDescription: "no padding", input: [2, 16, 14, 32], outputs: 32, padding: 0),
      Case(testDescription: "many channels", input: [8, 7, 7, 256], outputs: 128),
      Case(testDescription: "fewer tiles than channels", input: [13, 5, 5, 32], outputs: 144),
    ]

    /// Of enough images for tiles of 4×4.
    static let threeByThreeInLargeTiles = [
      Case(testDescription: "even", input: [8, 12, 12, 32], outputs: 64),
      Case(testDescription: "over the border, odd panels", input: [4, 13, 15, 48], outputs: 80),
      Case(
        testDescription: "uneven padding", input: [5, 14, 15, 32], outputs: 32,
        padding: Padding(top: 0, bottom: 2, left: 2, right: 1)),
      Case(testDescription: "one panel, no padding", input: [4, 18, 18, 16], outputs: 16, padding: 0),
      Case(testDescription: "many channels", input: [16, 7, 7, 256], outputs: 128),
    ]

    static let winogradTypes: [DType] = ProductType.sparesBFloat16Products ? [.float32, .bfloat16] : [.float32]

    static let pointwise = [
      Case(testDescription: "whole panels", input: [2, 8, 8, 32], outputs: 64, kernel: 1, padding: 0),
      Case(testDescription: "parts of panels", input: [3, 7, 9, 42], outputs: 35, kernel: 1, padding: 0),
      Case(testDescription: "many channels", input: [2, 16, 16, 168], outputs: 336, kernel: 1, padding: 0),
      Case(testDescription: "one row", input: [1, 1, 1, 16], outputs: 17, kernel: 1, padding: 0),
      Case(testDescription: "a row more than a group", input: [1, 1, 97, 24], outputs: 144, kernel: 1, padding: 0),
      Case(testDescription: "three workers' groups", input: [1, 5, 59, 144], outputs: 24, kernel: 1, padding: 0),
      Case(testDescription: "panels of many channels", input: [1, 3, 41, 1000], outputs: 620, kernel: 1, padding: 0),
    ]

    /// Output and gradients in float64, by the definition.
    private struct Sums {
      var output: [Double]
      var input: [Double]
      var weight: [Double]

      init(_ geometry: ConvolutionGeometry, x: [Float], weight w: [Float], cotangent: [Float]) {
        let (size, inputs, outputs) = (geometry.kernelHeight, geometry.inputChannels, geometry.outputChannels)
        output = Array(repeating: 0, count: cotangent.count)
        input = Array(repeating: 0, count: x.count)
        weight = Array(repeating: 0, count: w.count)
        for n in 0..<geometry.batch {
          for y in 0..<geometry.outputHeight {
            for column in 0..<geometry.outputWidth {
              let to = ((n * geometry.outputHeight + y) * geometry.outputWidth + column) * outputs
              for tap in 0..<size * size {
                let v = y + tap / size - geometry.options.padding.top
                let u = column + tap % size - geometry.options.padding.left
                guard 0..<geometry.height ~= v, 0..<geometry.width ~= u else { continue }
                let from = ((n * geometry.height + v) * geometry.width + u) * inputs
                for o in 0..<outputs {
                  let difference = Double(cotangent[to + o])
                  for c in 0..<inputs {
                    let index = (o * inputs + c) * size * size + tap
                    output[to + o] += Double(x[from + c]) * Double(w[index])
                    input[from + c] += difference * Double(w[index])
                    weight[index] += difference * Double(x[from + c])
                  }
                }
              }
            }
          }
        }
      }
    }

    private func expectSums(
      _ sample: Case, dtype: DType = .float32, within tolerance: Double = 2e-6,
      usesKernel: (ConvolutionGeometry) -> Bool
    ) {
      let shape: Shape = [sample.outputs, sample.input[3], sample.kernel, sample.kernel]
      let x = Samples.normal(sample.input, seed: 1).cast(to: dtype).requiringGradient()
      let weight = Samples.normal(shape, seed: 2, deviation: 0.1).requiringGradient()
      let bias = Samples.normal([sample.outputs], seed: 3).requiringGradient()
      let options = ConvolutionOptions(padding: sample.padding)
      let geometry = ConvolutionGeometry(
        input: sample.input, weight: shape, options: options, dtype: dtype, hasBias: false)
      #expect(usesKernel(geometry))
      let y = convolution(x, weight: weight, bias: bias, options: options)
      let cotangent = Samples.normal(y.shape, seed: 4).cast(to: dtype)
      let found = gradients(of: [(y, cotangent)])
      let sums = Sums(
        geometry, x: x.floatArray(), weight: weight.floatArray(), cotangent: cotangent.floatArray())
      let biases = bias.floatArray()
      let output = sums.output.enumerated().map { Float($1 + Double(biases[$0 % sample.outputs])) }
      expectClose(y.floatArray(), output, rtol: tolerance, "output")
      expectClose(found[x]?.floatArray() ?? [], sums.input.map(Float.init), rtol: tolerance, "input gradient")
      expectClose(found[weight]?.floatArray() ?? [], sums.weight.map(Float.init), rtol: tolerance, "weight gradient")
      let rows = cotangent.floatArray()
      let total = (0..<sample.outputs).map { output in
        Float(stride(from: output, to: rows.count, by: sample.outputs).reduce(0.0) { $0 + Double(rows[$1]) })
      }
      expectClose(found[bias]?.floatArray() ?? [], total, rtol: tolerance, "bias gradient")
    }

    @Test(.enabled(if: Compute.hasWideRegisters), arguments: threeByThree)
    func winogradGivesTheSums(_ sample: Case) { expectSums(sample) { WinogradConvolution($0)?.side == 2 } }

    /// Their rounding errors are about four times as large.
    @Test(.enabled(if: Compute.hasWideRegisters), arguments: threeByThreeInLargeTiles)
    func winogradGivesTheSumsInLargeTiles(_ sample: Case) {
      expectSums(sample, within: 8e-6) { WinogradConvolution($0)?.side == 4 }
    }

    /// Transformed tiles and weights are rounded to bfloat16, which the 16 places of a tile add up: some three units of the
    /// largest element.
    @Test(.enabled(if: ProductType.sparesBFloat16Products), arguments: threeByThree + threeByThreeInLargeTiles)
    func winogradGivesTheSumsInBFloat16(_ sample: Case) {
      expectSums(sample, dtype: .bfloat16, within: 1e-2) { WinogradConvolution($0)?.side == 2 }
    }

    @Test(.enabled(if: Compute.hasWideRegisters), arguments: pointwise)
    func pointwiseGivesTheSums(_ sample: Case) { expectSums(sample) { PointwiseConvolution($0) != nil } }

    /// Where nothing is recorded, a picture's result does not depend on the pictures beside it, and the norm, the residual and the
    /// rectifier are those of passes of their own.
    @Test(
      .enabled(if: Compute.hasWideRegisters), arguments: winogradTypes, [Activation.identity, .relu, .relu6])
    func winogradFinishesItsSums(_ dtype: DType, _ activation: Activation) {
      expectFinish(height: 9, width: 8, dtype, activation)
      expectFinish(height: 14, width: 16, dtype, activation)  // in tiles of 4×4
    }

    private func expectFinish(height: Int, width: Int, _ dtype: DType, _ activation: Activation) {
      let x = Samples.normal([5, height, width, 32], seed: 1).cast(to: dtype)
      let weight = Samples.normal([48, 32, 3, 3], seed: 2, deviation: 0.1)
      let bias = Samples.normal([48], seed: 3)
      let residual = Samples.normal([5, height, width, 48], seed: 4).cast(to: dtype)
      let running = RunningStatistics(
        mean: Samples.normal([48], seed: 5), variance: Samples.uniform([48], seed: 6, in: 0.5..<2))
      let (gamma, beta) = (Samples.normal([48], seed: 7), Samples.normal([48], seed: 8))
      func product(_ x: Tensor) -> Tensor {
        convolution(x, weight: weight, bias: bias, options: ConvolutionOptions(padding: 1))
      }
      func finished(_ y: Tensor, _ residual: Tensor) -> Tensor {
        batchNorm(
          y, weight: gamma, bias: beta, running: running, isTraining: false, activation: activation, residual: residual)
      }
      let whole = finished(product(x), residual)
      let apart = product(x)
      apart.compute()
      expectClose(whole, finished(apart, residual), rtol: dtype == .float32 ? 2e-6 : 2e-2, "in passes of their own")
      for picture in 0..<5 {
        let range = picture..<picture + 1
        let alone = finished(
          product(x.sliced(axis: 0, range)), residual.sliced(axis: 0, range))
        #expect(alone.floatArray() == whole.sliced(axis: 0, range).floatArray())
      }
    }

    /// Where tiles hang far over the image, or the weights' transform would cost more, taps are summed.
    @Test(arguments: [[64, 3, 3, 32], [1, 8, 8, 32], [4, 12, 12, 24]] as [Shape])
    func winogradIsLeftWhereItGainsNothing(_ input: Shape) {
      let geometry = ConvolutionGeometry(
        input: input, weight: [32, input[3], 3, 3], options: ConvolutionOptions(padding: 1), dtype: .float32,
        hasBias: false)
      #expect(WinogradConvolution(geometry) == nil)
    }
  }
}
