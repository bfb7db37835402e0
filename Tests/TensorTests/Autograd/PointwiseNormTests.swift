import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// Pointwise convolutions whose kernels compute the norm before them, and the gradient of the one behind them, while they read.
  @Suite(.enabled(if: Compute.hasWideRegisters)) struct PointwiseNormTests {
    struct Case: Sendable, CustomTestStringConvertible {
      let testDescription: String
      let input: Shape
      let outputs: Int
      var before = Activation.relu6
      var behind = Activation.identity
      var hasBias = false
    }

    static let cases = [
      Case(testDescription: "an expansion", input: [2, 14, 14, 16], outputs: 96, before: .identity, behind: .relu6),
      Case(testDescription: "a projection", input: [1, 13, 15, 144], outputs: 24),
      Case(testDescription: "few rows", input: [1, 1, 3, 48], outputs: 40, before: .relu, hasBias: true),
      Case(testDescription: "parts of panels", input: [3, 7, 9, 42], outputs: 35, before: .gelu, behind: .silu),
      Case(testDescription: "a bias", input: [2, 11, 9, 17], outputs: 70, before: .silu, behind: .gelu, hasBias: true),
      Case(
        testDescription: "many channels", input: [2, 5, 10, 1100], outputs: 530, before: .hardSwish, behind: .relu),
    ]

    private typealias Norm = (scale: Tensor, shift: Tensor)

    private func norm(_ channels: Int, seed: UInt64) -> Norm {
      (
        Samples.uniform([channels], seed: seed, in: 0.5..<1.5).requiringGradient(),
        Samples.normal([channels], seed: seed + 1).requiringGradient()
      )
    }

    private func normalized(_ x: Tensor, _ norm: Norm, _ activation: Activation) -> Tensor {
      let channels = x.shape[-1]
      let running = RunningStatistics(mean: .zeros([channels]), variance: .ones([channels]))
      return batchNorm(
        x, weight: norm.scale, bias: norm.shift, running: running, isTraining: true, activation: activation)
    }

    /// Result and gradients of norm–convolution–norm: in one tape, or operation by operation with all elements in memory.
    private func run(_ sample: Case, inOneTape: Bool) -> [(name: String, tensor: Tensor?)] {
      let inputs = sample.input[3]
      let x = Samples.normal(sample.input, seed: 1).requiringGradient()
      let weight = Samples.normal([sample.outputs, inputs, 1, 1], seed: 2, deviation: 0.1).requiringGradient()
      let bias = sample.hasBias ? Samples.normal([sample.outputs], seed: 3).requiringGradient() : nil
      let (before, behind) = (norm(inputs, seed: 4), norm(sample.outputs, seed: 6))
      let a = normalized(x, before, sample.before)
      if inOneTape {
        let y = convolution(a, weight: weight, bias: bias)
        let z = normalized(y, behind, sample.behind)
        let found = gradients(of: [(z, Samples.normal(z.shape, seed: 8))])
        return [
          ("result", z), ("input", found[x]), ("weight", found[weight]), ("bias", bias.flatMap { found[$0] }),
          ("scale before", found[before.scale]), ("shift before", found[before.shift]),
          ("scale behind", found[behind.scale]), ("shift behind", found[behind.shift]),
        ]
      }
      let b = Tensor(a.floatArray(), shape: a.shape).requiringGradient()
      let y = convolution(b, weight: weight, bias: bias)
      let c = Tensor(y.floatArray(), shape: y.shape).requiringGradient()
      let z = normalized(c, behind, sample.behind)
      let last = gradients(of: [(z, Samples.normal(z.shape, seed: 8))])
      let middle = gradients(of: [(y, last[c]?.copied() ?? .zeros(y.shape))])
      let first = gradients(of: [(a, middle[b]?.copied() ?? .zeros(a.shape))])
      return [
        ("result", z), ("input", first[x]), ("weight", middle[weight]), ("bias", bias.flatMap { middle[$0] }),
        ("scale before", first[before.scale]), ("shift before", first[before.shift]),
        ("scale behind", last[behind.scale]), ("shift behind", last[behind.shift]),
      ]
    }

    @Test(arguments: cases)
    func readingThroughNormsGivesTheSame(_ sample: Case) {
      let (fused, staged) = (run(sample, inOneTape: true), run(sample, inOneTape: false))
      for (found, expected) in zip(fused, staged) {
        guard let tensor = expected.tensor else { continue }
        // What only adds has no gradient but rounding: the norm behind takes the mean away.
        let addsOnly = found.name == "bias" || (found.name == "shift before" && sample.before == .identity)
        expectClose(found.tensor, tensor, rtol: 1e-5, atol: addsOnly ? 1e-3 : 1e-6, found.name)
      }
      #expect((fused[3].tensor != nil) == sample.hasBias)
    }

    @Test func oneCallMakesAllGradients() {
      let ledger = Ledger()
      ledger.record { _ = run(PointwiseNormTests.cases[1], inOneTape: true) }
      let sample = PointwiseNormTests.cases[1]
      let operations = 2 * Double(sample.input.count * sample.outputs)
      #expect(ledger.calls("convolution gradients", .backward) == 1)
      #expect(ledger.operations("convolution gradients", .backward) == 2 * operations)
      #expect(ledger.operations("batch norm reduction", .backward) > 0)
    }

    /// What memory held before has no part in the results, and neither has the moment.
    @Test(arguments: cases)
    func equalCallsGiveEqualBits(_ sample: Case) {
      func bits() -> [[UInt32]] { run(sample, inOneTape: true).map { $0.tensor?.floatArray().map(\.bitPattern) ?? [] } }
      let first = bits()
      for size in [1 << 12, 1 << 16, 1 << 20, 1 << 22] { _ = Tensor.full([size], .nan) }
      #expect(bits() == first)
    }
  }
}
