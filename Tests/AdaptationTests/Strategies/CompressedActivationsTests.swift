import NeuralNet
import Tensor
import TestSupport
import Testing

@testable import Adaptation

extension AdaptationSuite {
  @Suite struct CompressedActivationsTests {
    /// The numbers come from singular value decompositions in float64; ours from Gram matrices in float32, which halve the digits
    /// of small singular values.
    private let tolerance = 1e-4

    private func convolution() throws -> (LayerTrial, x: Tensor, cotangent: Tensor, NeighbourReferences) {
      let references = try NeighbourReferences()
      let x = try references["convolution/x"]
      let trial = try LayerTrial.convolution(x.shape, 4, stride: 2, weight: try references["convolution/weight"])
      return (trial, x, try references["convolution/cotangent"], references)
    }

    @Test func energyOfAConvolution() throws {
      let (trial, x, cotangent, references) = try convolution()
      let exact = try trial.with(ExactTraining()).run(x, cotangent: cotangent)
      let run = try trial.with(LowRankActivations(energy: 0.9)).run(x, cotangent: cotangent)
      expectClose(run.weight, try references["convolution/energy"], rtol: tolerance)
      expectClose(run.input, try #require(exact.input))
      expectClose(run.bias, try #require(exact.bias))
      let kept = TuckerFactors.packedCount(extents: x.shape.array, ranks: references.facts.convolutionRanks)
      #expect(run.savedBytes == 4 * kept)
    }

    @Test func energyOfADepthwiseConvolution() throws {
      let references = try NeighbourReferences()
      let x = try references["convolution/x"]
      let trial = try LayerTrial.convolution(x.shape, 5, groups: 5, weight: try references["depthwise/weight"])
      let run = try trial.with(LowRankActivations(energy: 0.9)).run(
        x, cotangent: try references["depthwise/cotangent"])
      expectClose(run.weight, try references["depthwise/energy"], rtol: tolerance)
    }

    @Test func energyOfALinearLayer() throws {
      let references = try NeighbourReferences()
      let x = try references["linear/x"]
      let trial = try LayerTrial.linear(x.shape, 4).with(LowRankActivations(energy: 0.9))
      let run = trial.run(x, cotangent: try references["linear/cotangent"])
      expectClose(run.weight, try references["linear/energy"], rtol: tolerance)
      let kept = TuckerFactors.packedCount(extents: x.shape.array, ranks: references.facts.linearRanks)
      #expect(run.savedBytes == 4 * kept)
    }

    @Test func subspaceIterationFindsTheLeadingDirections() throws {
      let (trial, x, cotangent, references) = try convolution()
      let ranks = ActivationRanks(batch: 2, height: 2, width: 2, channels: 3)
      _ = try trial.with(SubspaceActivations(ranks: ranks))
      let wanted = try references["convolution/fixed"]
      let first = try #require(trial.run(x, cotangent: cotangent).weight)
      #expect(!Comparison(first, wanted, rtol: 1e-2, atol: 0).isClose, "one step from a random start")
      for _ in 0..<30 { _ = trial.run(x, cotangent: cotangent) }
      expectClose(trial.run(x, cotangent: cotangent).weight, wanted, rtol: tolerance)
    }

    @Test func fullRanksAreExact() throws {
      let trials = [
        try LayerTrial.convolution([3, 5, 4, 6], 4, stride: 2), try .convolution([3, 5, 4, 6], 6, groups: 6),
        try .convolution([3, 5, 4, 6], 4, kernel: 1, padding: 0), try .linear([3, 5, 6], 4), try .linear([4, 6], 3),
        try .linear([2, 3, 2, 6], 4), try .linear([2, 2, 3, 2, 6], 4), try .convolution([1, 1, 1, 6], 4),
      ]
      for trial in trials {
        let (x, cotangent) = trial.sample()
        let exact = try #require(try trial.with(ExactTraining()).run(x, cotangent: cotangent).weight)
        let energy = try trial.with(LowRankActivations(energy: 1)).run(x, cotangent: cotangent)
        expectClose(energy.weight, exact, rtol: tolerance, "energy 1 of \(x.shape)")
        let subspace = try trial.with(SubspaceActivations(ranks: ActivationRanks(64))).run(x, cotangent: cotangent)
        expectClose(subspace.weight, exact, rtol: tolerance, "full ranks of \(x.shape)")
      }
    }

    @Test func aBatchOfAnotherSizeStartsAgain() throws {
      let trial = try LayerTrial.linear([4, 5, 6], 3).with(SubspaceActivations(ranks: ActivationRanks(64)))
      for count in [4, 3, 4] {
        let (x, cotangent) = (Samples.normal([count, 5, 6], seed: 1), Samples.normal([count, 5, 3], seed: 2))
        let exact = cotangent.reshaped([count * 5, 3]).matrixProduct(x.reshaped([count * 5, 6]), transposingLeft: true)
        expectClose(trial.run(x, cotangent: cotangent).weight, exact, rtol: tolerance)
      }
    }

    @Test func aBatchThatIsNotFiniteIsForgotten() throws {
      let trial = try LayerTrial.linear([4, 6], 3).with(SubspaceActivations(ranks: ActivationRanks(64)))
      let (x, cotangent) = trial.sample()
      let bad = trial.run(x * Float.infinity, cotangent: cotangent).weight
      #expect(bad.map { !$0.isFinite } ?? false)
      let energy = try LayerTrial.linear([4, 6], 3).with(LowRankActivations(energy: 0.8))
      #expect(energy.run(x * Float.infinity, cotangent: cotangent).weight.map { !$0.isFinite } ?? false)
      let exact = cotangent.matrixProduct(x, transposingLeft: true)
      expectClose(trial.run(x, cotangent: cotangent).weight, exact, rtol: tolerance)
    }

    @Test func equalSeedsGiveEqualGradients() throws {
      let runs = try (0..<2).map { _ in
        let trial = try LayerTrial.convolution([3, 5, 4, 6], 4).with(SubspaceActivations(ranks: ActivationRanks(2)))
        let (x, cotangent) = trial.sample()
        return try #require(trial.run(x, cotangent: cotangent).weight).floatArray()
      }
      #expect(runs[0] == runs[1])
    }

    @Test func costs() throws {
      let strategy = SubspaceActivations(ranks: ActivationRanks(batch: 2, height: 2, width: 3, channels: 4))
      try expectCost(of: strategy, on: try .convolution([3, 5, 4, 6], 4, stride: 2))
      try expectCost(of: strategy, on: try .convolution([3, 5, 4, 6], 4, kernel: 1, padding: 0))
      try expectCost(of: strategy, on: try .convolution([3, 5, 4, 6], 6, groups: 6))
      try expectCost(of: strategy, on: try .linear([3, 8, 6], 4))
      try expectCost(of: strategy, on: try .linear([5, 6], 4))
      // Noise has no structure, so that all of its energy takes the full ranks.
      try expectCost(of: LowRankActivations(energy: 1), on: try .convolution([3, 5, 4, 6], 4, stride: 2))
    }

    @Test func refusals() throws {
      let layer = try LayerTrial.linear([4, 8], 6).layer
      for energy in [0, -1, 1.01, .nan] {
        expectStrategyError("low-rank:", "energy") { try LowRankActivations(energy: energy).check(layer) }
      }
      expectStrategyError("subspace:0", "ranks") { try SubspaceActivations(ranks: ActivationRanks(0)).check(layer) }
    }
  }
}
