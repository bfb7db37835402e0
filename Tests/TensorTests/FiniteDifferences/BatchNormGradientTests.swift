import Tensor
import TestSupport
import Testing

extension TensorSuite {
  /// Batch normalisation with every activation, with and without a residual, in training and in evaluation.
  @Suite struct BatchNormGradientTests {
    struct Case: Sendable, CustomTestStringConvertible {
      let activation: Activation
      let hasResidual: Bool
      let isTraining: Bool

      var testDescription: String {
        "\(activation), \(hasResidual ? "with" : "without") residual, \(isTraining ? "training" : "evaluation")"
      }
    }

    static let cases = Activation.allCases.flatMap { activation in
      [false, true].flatMap { hasResidual in
        [false, true].map { Case(activation: activation, hasResidual: hasResidual, isTraining: $0) }
      }
    }

    @Test(arguments: cases) func normalizations(_ example: Case) throws {
      let inputs = try #require(smoothInputs(for: example), "no sample keeps away from the kinks")
      expectGradients(of: { normalize($0, example, example.activation) }, at: inputs, step: 1 / 128)
    }

    private func normalize(_ inputs: [Tensor], _ example: Case, _ activation: Activation) -> Tensor {
      let running = RunningStatistics(
        mean: Tensor([0.3, -0.2, 0.1] as [Float]), variance: Tensor([0.8, 1.5, 1.1] as [Float]))
      return batchNorm(
        inputs[0], weight: inputs[1], bias: inputs[2], running: running, isTraining: example.isTraining,
        activation: activation, residual: example.hasResidual ? inputs[3] : nil)
    }

    /// x, weight, bias and residual so that what the activation is applied to stays away from its kinks, yet falls on
    /// both sides of each.
    private func smoothInputs(for example: Case) -> [Tensor]? {
      let kinks = example.activation.kinks
      let scale: Float = example.activation == .relu6 ? 6 : 2
      for seed in stride(from: UInt64(1), to: 4000, by: 4) {
        var inputs = [
          Samples.normal([2, 2, 3, 3], seed: seed),
          Samples.uniform([3], seed: seed + 1, in: 0.8 * scale..<1.2 * scale),
          Samples.normal([3], seed: seed + 2, deviation: 0.2),
        ]
        if example.hasResidual { inputs.append(Samples.normal([2, 2, 3, 3], seed: seed + 3)) }
        let arguments = normalize(inputs, example, .identity).floatArray()
        let isAway = arguments.allSatisfy { z in kinks.allSatisfy { (z - $0).magnitude > 0.03 * scale } }
        let isVaried = kinks.allSatisfy { kink in
          arguments.contains { $0 > kink } && arguments.contains { $0 < kink }
        }
        if isAway && isVaried { return inputs }
      }
      return nil
    }
  }
}

extension Activation {
  /// Where the derivative jumps.
  var kinks: [Float] {
    switch self {
    case .relu: [0]
    case .relu6: [0, 6]
    case .hardSwish, .hardSigmoid: [-3, 3]
    case .identity, .gelu, .silu, .sigmoid, .tanh: []
    }
  }
}
