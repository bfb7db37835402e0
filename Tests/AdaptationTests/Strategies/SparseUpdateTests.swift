import NeuralNet
import Tensor
import TestSupport
import Testing

@testable import Adaptation

extension AdaptationSuite {
  @Suite struct SparseUpdateTests {
    @Test func gradientsOfTheHeaviestChannels() throws {
      let references = try NeighbourReferences()
      let weight = try references["sparse/weight"]
      let trial = try LayerTrial.convolution([2, 5, 5, 8], 4, weight: weight)
      #expect(InputChannels(of: trial.layer).largest(2) == references.facts.sparseChannels)
      let (x, cotangent) = (try references["sparse/x"], try references["sparse/cotangent"])
      let exact = try trial.with(ExactTraining()).run(x, cotangent: cotangent)
      let run = try trial.with(SparseUpdate(fraction: 0.25)).run(x, cotangent: cotangent)
      expectClose(run.weight, try references["sparse/gradient"])
      expectClose(run.input, try #require(exact.input))
      expectClose(run.bias, try #require(exact.bias))
    }

    @Test func gradientsOfTheHeaviestGroups() throws {
      let references = try NeighbourReferences()
      let trial = try LayerTrial.convolution([2, 5, 5, 8], 8, groups: 4, weight: try references["grouped/weight"])
      #expect(InputChannels(of: trial.layer).largest(2) == references.facts.sparseGroups)
      let (x, cotangent) = (try references["sparse/x"], try references["grouped/cotangent"])
      let run = try trial.with(SparseUpdate(fraction: 0.5)).run(x, cotangent: cotangent)
      expectClose(run.weight, try references["grouped/gradient"])
    }

    @Test func allChannelsAreExactTraining() throws {
      for trial in [try LayerTrial.convolution([2, 5, 5, 8], 4), try .linear([3, 4, 8], 6)] {
        let (x, cotangent) = trial.sample()
        let exact = try trial.with(ExactTraining()).run(x, cotangent: cotangent)
        let run = try trial.with(SparseUpdate(fraction: 1)).run(x, cotangent: cotangent)
        expectClose(run.weight, try #require(exact.weight), rtol: 0)
        #expect(trial.layer.weight.trainedRanges == nil)
      }
    }

    @Test func chosenColumnsOfALinearLayerAreExact() throws {
      let trial = try LayerTrial.linear([3, 4, 8], 6)
      let (x, cotangent) = trial.sample()
      let exact = try #require(try trial.with(ExactTraining()).run(x, cotangent: cotangent).weight)
      let run = try trial.with(SparseUpdate(fraction: 0.5)).run(x, cotangent: cotangent)
      let chosen = InputChannels(of: trial.layer).largest(4)
      let expected = exact.selecting(chosen, axis: 1).placed(at: chosen, axis: 1, extent: 8)
      expectClose(run.weight, expected)
    }

    @Test func depthwiseChannelsAreExact() throws {
      let trial = try LayerTrial.convolution([2, 6, 6, 8], 8, groups: 8)
      let (x, cotangent) = trial.sample()
      let exact = try #require(try trial.with(ExactTraining()).run(x, cotangent: cotangent).weight)
      let run = try trial.with(SparseUpdate(fraction: 0.5)).run(x, cotangent: cotangent)
      let chosen = InputChannels(of: trial.layer).largest(4)
      expectClose(run.weight, exact.selecting(chosen, axis: 0).placed(at: chosen, axis: 0, extent: 8))
    }

    @Test(arguments: ["sgd", "adamw"]) func weightDecayLeavesTheOtherChannels(_ method: String) throws {
      let trial = try LayerTrial.convolution([2, 5, 5, 8], 4).with(SparseUpdate(fraction: 0.25))
      let (x, cotangent) = trial.sample()
      let weight = trial.layer.weight
      let before = weight.value.copied()
      let groups = [ParameterGroup("all", parameters: [("weight", weight)])]
      let optimizer: any Optimizer =
        method == "sgd"
        ? SGD(groups: groups, learningRate: 0.1, momentum: 0.9, weightDecay: 0.1)
        : AdamW(groups: groups, learningRate: 0.1, weightDecay: 0.1)
      for _ in 0..<3 { optimizer.step(gradients: trial.run(x, cotangent: cotangent).gradients) }
      let change = (weight.value - before).absolute().sum(axes: [0, 2, 3]).floatArray()
      let chosen = Set(InputChannels(of: trial.layer).largest(2))
      for (channel, change) in change.enumerated() { #expect((change > 0) == chosen.contains(channel)) }
    }

    @Test func costs() throws {
      try expectCost(of: SparseUpdate(fraction: 0.25), on: try .convolution([2, 5, 5, 8], 4))
      try expectCost(of: SparseUpdate(fraction: 0.5), on: try .convolution([2, 6, 6, 8], 8, groups: 8))
      try expectCost(of: SparseUpdate(fraction: 0.5), on: try .convolution([2, 6, 6, 8], 4, groups: 4))
      try expectCost(of: SparseUpdate(fraction: 0.5), on: try .linear([3, 4, 8], 6))
      try expectCost(of: SparseUpdate(fraction: 1), on: try .linear([3, 4, 8], 6))
    }

    @Test func refusals() throws {
      let layer = try LayerTrial.linear([4, 8], 6).layer
      for fraction in [0, -0.5, 1.5, .nan] {
        expectStrategyError("sparse:", "fraction") { try SparseUpdate(fraction: fraction).check(layer) }
      }
    }
  }

  @Suite struct BiasTrainingTests {
    @Test func onlyTheBiasTrainsAndNothingIsKept() throws {
      for trial in [try LayerTrial.convolution([2, 5, 5, 8], 4), try .linear([3, 4, 8], 6)] {
        let (x, cotangent) = trial.sample()
        let run = try trial.with(BiasTraining()).run(x, cotangent: cotangent)
        let exact = try trial.with(ExactTraining()).run(x, cotangent: cotangent)
        #expect(run.weight == nil && run.savedBytes == 0)
        expectClose(run.bias, try #require(exact.bias))
        expectClose(run.input, try #require(exact.input))
      }
      try expectCost(of: BiasTraining(), on: try .linear([3, 4, 8], 6))
      try expectCost(of: BiasTraining(), on: try .convolution([2, 5, 5, 8], 4))
    }
  }
}
