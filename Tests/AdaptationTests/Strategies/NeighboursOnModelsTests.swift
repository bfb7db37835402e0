import Foundation
import Models
import NeuralNet
import Tensor
import TestSupport
import Testing
import Training

@testable import Adaptation

extension AdaptationSuite {
  /// A step of training with each strategy in a registered network.
  @Suite struct NeighboursOnModelsTests {
    private static let strategies: [any Strategy] = [
      LowRankAdaptation(rank: 4, trainsBias: true), BiasTraining(), SparseUpdate(fraction: 0.25),
      LowRankActivations(energy: 0.8), SubspaceActivations(ranks: ActivationRanks(2)),
      QuantizedGradients(bits: 8, ranges: .samples), QuantizedGradients(bits: 8, ranges: .tensor),
    ]

    @Test func aModelFileHoldsMergedWeights() throws {
      var generator = Generator(seed: 1)
      let model = try ModelRegistry.make(ModelRegistry.entry(named: "resnet18").defaults, using: &generator)
      let x = Tensor.normal([1, 64, 64, 3], using: &generator)
      let layer = try #require(NetworkLayers(model.network, inputShape: x.shape)["fc"])
      let names = model.network.namedTensors().map(\.name)
      LowRankAdaptation(rank: 4).install(on: layer, using: &generator)
      let adapter = try #require(model.network.namedModules().compactMap { $0.module as? LowRankAdapter }.first)
      adapter.loraB.value.assign(.normal(adapter.loraB.value.shape, deviation: 0.1, using: &generator))
      let path = FileManager.default.temporaryDirectory.appending(path: "merged-\(UUID()).safetensors").path
      defer { try? FileManager.default.removeItem(atPath: path) }
      try ModelCheckpoint.save(model, to: path)
      let loaded = try ModelCheckpoint.load(path).model.network
      loaded.setTraining(false)
      #expect(loaded.namedTensors().map(\.name) == names)
      #expect(model.network.namedTensors().count == names.count + 2, "the model itself keeps its adapter")
      expectClose(withoutGradients { loaded(x) }, withoutGradients { model.network(x) }, rtol: 1e-4)
    }

    @Test(arguments: strategies.map(\.description), [Precision.float32, .bfloat16])
    func trainsTheLastLayers(_ text: String, _ precision: Precision) throws {
      let strategy = try #require(Self.strategies.first { $0.description == text })
      var generator = Generator(seed: 1)
      var configuration = try ModelRegistry.entry(named: "mobilenetv2_100").defaults
      configuration.classes = 10
      let network = try ModelRegistry.make(configuration, using: &generator).network
      let layers = NetworkLayers(network, inputShape: [4, 64, 64, 3]).layers.suffix(5)
      network.freeze()
      let chosen = layers.filter { (try? strategy.check($0)) != nil }
      #expect(chosen.count >= 3)
      for layer in chosen { strategy.install(on: layer, using: &generator) }
      let before = network.namedParameters().map { ($0.name, $0.parameter.value.copied()) }
      let step = TrainingStep(
        network: network,
        optimizer: SGD(
          groups: [ParameterGroup("all", parameters: network.namedParameters())], learningRate: 0.05,
          weightDecay: 0.01),
        precision: precision)
      let images = Tensor.normal([4, 64, 64, 3], using: &generator)
      let result = step(images: images, targets: .labels(Tensor([0, 1, 2, 3] as [Int64])))
      #expect(result.loss.isFinite)
      let after = Dictionary(uniqueKeysWithValues: network.namedParameters().map { ($0.name, $0.parameter) })
      var changed = 0
      for (name, value) in before {
        let parameter = try #require(after[name])
        let isEqual = parameter.value.floatArray() == value.floatArray()
        if !parameter.requiresGradient { #expect(isEqual, "\(name) is frozen") }
        if !isEqual { changed += 1 }
        #expect(parameter.value.isFinite)
      }
      #expect(changed > 0)
    }
  }
}
