import NeuralNet
import Tensor
import TestSupport
import Testing

@testable import Adaptation
@testable import Models

extension AdaptationSuite {
  @Suite struct LowRankAdaptationTests {
    /// A linear layer and a 1×1 convolution with adapters whose B is not zero.
    private func trials(_ strategy: LowRankAdaptation) throws -> [(LayerTrial, LowRankAdapter)] {
      let bare = [
        try LayerTrial.linear([3, 5, 8], 6), try LayerTrial.convolution([2, 4, 3, 8], 6, kernel: 1, padding: 0),
      ]
      return try bare.map { bare in
        let trial = try bare.with(strategy)
        let adapter = try #require(trial.network.namedModules().compactMap { $0.module as? LowRankAdapter }.first)
        adapter.loraB.value.assign(Samples.normal([6, strategy.rank], seed: 4))
        return (trial, adapter)
      }
    }

    @Test func aNewAdapterAddsNothing() throws {
      let trial = try LayerTrial.linear([3, 5, 8], 6)
      let (x, cotangent) = trial.sample()
      let before = trial.run(x, cotangent: cotangent).output
      let run = try trial.with(LowRankAdaptation(rank: 2)).run(x, cotangent: cotangent)
      expectClose(run.output, before, rtol: 0)
      #expect(run.weight == nil && run.bias == nil)
      let names = trial.network.namedParameters().filter { $0.parameter.requiresGradient }.map(\.name)
      #expect(names == ["0.adapter.lora_a", "0.adapter.lora_b"])
      let adapter = try #require(trial.network.namedModules().first { $0.module is LowRankAdapter }?.module)
      #expect(adapter.path == "0.adapter")
    }

    @Test func gradientsAgreeWithDifferences() throws {
      for (trial, adapter) in try trials(LowRankAdaptation(rank: 3, alpha: 6)) {
        let (x, cotangent) = trial.sample()
        let found = trial.run(x, cotangent: cotangent).gradients
        for parameter in [adapter.loraA, adapter.loraB] {
          let gradient = try #require(found[parameter])
          let direction = Samples.normal(gradient.shape, seed: 5)
          let start = parameter.value.copied()
          func value(_ step: Float) -> Float {
            parameter.value.assign(start + direction * step)
            return (withoutGradients { trial.network(x) } * cotangent).sum().item()
          }
          // The output is linear in A and in B, so that a difference over a large step is the derivative.
          let difference = (value(1) - value(-1)) / 2
          parameter.value.assign(start)
          let derivative = (gradient * direction).sum().item()
          #expect(abs(difference - derivative) <= 1e-4 * (gradient * direction).absolute().sum().item())
        }
      }
    }

    @Test func mergingChangesNeitherOutputsNorInputGradients() throws {
      for (trial, _) in try trials(LowRankAdaptation(rank: 3, alpha: 6)) {
        let (x, cotangent) = trial.sample()
        let adapted = trial.run(x, cotangent: cotangent)
        let merged = Dictionary(uniqueKeysWithValues: trial.network.mergedTensors().map { ($0.name, $0.tensor) })
        #expect(trial.network.mergeAdapters() == 1)
        #expect(trial.network.namedParameters().map(\.name) == ["0.weight", "0.bias"])
        #expect(Set(merged.keys) == ["0.weight", "0.bias"])
        expectClose(merged["0.weight"], trial.layer.weight.value, rtol: 0)
        let plain = trial.run(x, cotangent: cotangent)
        expectClose(plain.output, adapted.output)
        expectClose(plain.input, try #require(adapted.input))
        #expect(trial.network.mergeAdapters() == 0)
      }
    }

    @Test func theFrozenWeightCanPassProjectedCotangents() throws {
      let passing = try WalshTraining.parse(["l1-1", "zero"])
      for (trial, adapter) in try trials(LowRankAdaptation(rank: 2, passing: passing)) {
        let (x, cotangent) = trial.sample()
        let found = trial.run(x, cotangent: cotangent)
        let weight = trial.layer.weight.value
        let projected = passing.backward.gradients(
          cotangent: cotangent, saved: nil, weight: weight.reshaped([weight.shape[0], weight.shape[1]]),
          inputShape: x.shape,
          wantsInput: true, wantsWeight: false, wantsBias: false)
        expectClose(found.input, try #require(projected.input) + cotangent.matrixProduct(adapter.weightChange))
        #expect(found.gradients[adapter.loraA] != nil && found.weight == nil)
      }
    }

    @Test func biasesTrainWhereWanted() throws {
      let trial = try LayerTrial.linear([4, 8], 6)
      let (x, cotangent) = trial.sample()
      let run = try trial.with(LowRankAdaptation(rank: 2, trainsBias: true)).run(x, cotangent: cotangent)
      expectClose(run.bias, cotangent.sum(axes: [0]))
    }

    @Test func aLayerWithTheBiasOfAnotherKeepsItsAdapter() throws {
      var generator = Generator(seed: 1)
      let attention = WindowAttention(
        8, heads: 2, windows: Windows(side: 4, width: 4, shift: 0), using: &generator)
      let network = Sequential(attention).namingParts()
      let layer = try #require(NetworkLayers(network, inputShape: [1, 4, 4, 8])["0.qkv"])
      let x = Samples.normal([1, 4, 4, 8], seed: 2)
      let before = withoutGradients { network(x) }
      LowRankAdaptation(rank: 4).install(on: layer, using: &generator)
      let adapter = try #require(network.namedModules().compactMap { $0.module as? LowRankAdapter }.first)
      adapter.loraB.value.assign(Samples.normal(adapter.loraB.value.shape, seed: 3))
      let adapted = withoutGradients { network(x) }
      #expect(!Comparison(adapted, before, rtol: 1e-3, atol: 0).isClose)
      network.mergeAdapters()
      expectClose(withoutGradients { network(x) }, adapted, rtol: 1e-4)
    }

    @Test func costs() throws {
      try expectCost(of: LowRankAdaptation(rank: 2), on: try .linear([3, 5, 8], 6))
      try expectCost(
        of: LowRankAdaptation(rank: 3, alpha: 1), on: try .convolution([2, 4, 3, 8], 6, kernel: 1, padding: 0))
    }

    @Test func refusals() throws {
      let linear = try LayerTrial.linear([4, 8], 6).layer
      expectStrategyError("lora:7", "8 → 6", "1 … 6") { try LowRankAdaptation(rank: 7).check(linear) }
      expectStrategyError("lora:0") { try LowRankAdaptation(rank: 0).check(linear) }
      expectStrategyError("alpha") { try LowRankAdaptation(rank: 2, alpha: 0).check(linear) }
      let convolution = try LayerTrial.convolution([2, 4, 4, 8], 8).layer
      expectStrategyError("3×3", "1×1") { try LowRankAdaptation(rank: 2).check(convolution) }
      let strided = try LayerTrial.convolution([2, 4, 4, 8], 8, kernel: 1, stride: 2, padding: 0).layer
      expectStrategyError("stride 2") { try LowRankAdaptation(rank: 2).check(strided) }
      let grouped = try LayerTrial.convolution([2, 4, 4, 8], 8, kernel: 1, padding: 0, groups: 2).layer
      expectStrategyError("2 groups") { try LowRankAdaptation(rank: 2).check(grouped) }
    }
  }
}
