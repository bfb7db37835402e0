import NeuralNet
import Tensor
import TestSupport
import Testing

@testable import Adaptation

extension AdaptationSuite {
  @Suite struct QuantizedGradientsTests {
    @Test(arguments: QuantizedGradients.Ranges.allCases)
    func meansAreTheGradientsOfTheRoundedOperands(_ ranges: QuantizedGradients.Ranges) throws {
      let references = try NeighbourReferences()
      let (x, cotangent) = (try references["quantized/x"], try references["quantized/cotangent"])
      let trial = try LayerTrial.convolution(x.shape, 4, weight: try references["quantized/weight"])
        .with(QuantizedGradients(bits: 8, ranges: ranges))
      let count = 400
      var (input, weight) = (Tensor.zeros(x.shape), Tensor.zeros(trial.layer.weight.value.shape))
      for _ in 0..<count {
        let run = trial.run(x, cotangent: cotangent)
        input = input + (try #require(run.input))
        weight = weight + (try #require(run.weight))
        expectClose(run.bias, cotangent.sum(axes: [0, 1, 2]), "the bias's gradient is exact")
      }
      // A rounded number has a deviation of at most half a step, some 0.01; its products with up to 60 numbers of the size 1,
      // in the mean of 400 draws, one of 0.004. Rounding to nearest instead is off by ten times as much.
      expectClose(
        input.scaled(by: 1 / Float(count)), try references["quantized/mean_input_gradient"], rtol: 0, atol: 0.02)
      expectClose(
        weight.scaled(by: 1 / Float(count)), try references["quantized/mean_weight_gradient"], rtol: 0, atol: 0.02)
    }

    @Test func rangesAndCodesAreThoseOfTheReference() throws {
      let references = try NeighbourReferences()
      let (x, weight) = (try references["quantized/x"], try references["quantized/weight"])
      expectClose(QuantizedTensor(x, bits: 8).dequantized(), try references["quantized/rounded_x"])
      let held = QuantizedTensor(weight, bits: 8, holdsZero: true)
      expectClose(held.dequantized(), try references["quantized/rounded_weight"])
      for (name, ranges) in [("row", QuantizedTensor.Ranges.rows), ("column", .columns)] {
        let cotangent = QuantizedTensor(try references["quantized/cotangent"], bits: 8, ranges: ranges)
        expectClose(cotangent.lower, try references["quantized/\(name)_lower"])
        expectClose(cotangent.step, try references["quantized/\(name)_step"])
      }
    }

    @Test func bothGradientsHaveDrawsOfTheirOwn() throws {
      let trial = try LayerTrial.linear([6, 8], 4).with(QuantizedGradients(bits: 2, ranges: .tensor))
      let (x, cotangent) = trial.sample()
      let runs = (0..<2).map { _ in trial.run(x, cotangent: cotangent) }
      #expect(runs[0].weight?.floatArray() != runs[1].weight?.floatArray())
      #expect(runs[0].input?.floatArray() != runs[1].input?.floatArray())
      let again = try LayerTrial.linear([6, 8], 4).with(QuantizedGradients(bits: 2, ranges: .tensor))
      #expect(again.run(x, cotangent: cotangent).weight?.floatArray() == runs[0].weight?.floatArray())
    }

    /// One example with a large cotangent does not coarsen the others.
    @Test func rangesOfSamplesAreFiner() throws {
      let x = Samples.normal([4, 16], seed: 1)
      let scale = Tensor([100, 1, 1, 1] as [Float], shape: [4, 1])
      let cotangent = Samples.normal([4, 8], seed: 2) * scale
      func error(_ ranges: QuantizedGradients.Ranges) throws -> Float {
        let trial = try LayerTrial.linear([4, 16], 8)
        let exact = try #require(try trial.with(ExactTraining()).run(x, cotangent: cotangent).input)
        let run = try trial.with(QuantizedGradients(bits: 8, ranges: ranges)).run(x, cotangent: cotangent)
        let difference = (try #require(run.input) - exact).sliced(axis: 0, 1..<4)
        return difference.squared().sum().item()
      }
      let (ofSamples, ofTensor) = (try error(.samples), try error(.tensor))
      #expect(ofSamples * 100 < ofTensor)
    }

    @Test func aQuarterOfTheBytesIsKept() throws {
      let strategy = QuantizedGradients(bits: 8, ranges: .samples)
      for trial in [try LayerTrial.convolution([2, 6, 6, 8], 4), try .linear([3, 4, 8], 6)] {
        try expectCost(of: strategy, on: trial)
        let exact = ExactTraining().cost(of: trial.layer, wantsInput: true).savedBytes
        #expect(strategy.cost(of: trial.layer, wantsInput: true).savedBytes == exact / 4 + 8)
      }
    }

    @Test func refusals() throws {
      let layer = try LayerTrial.linear([4, 8], 6).layer
      for bits in [1, 9] {
        expectStrategyError("psq:\(bits)", "2 … 8") {
          try QuantizedGradients(bits: bits, ranges: .samples).check(layer)
        }
      }
    }
  }
}
