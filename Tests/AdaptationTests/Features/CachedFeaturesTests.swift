import DataSets
import Formats
import Foundation
import Models
import NeuralNet
import Tensor
import TestSupport
import Testing
import Training

@testable import Adaptation

extension AdaptationSuite {
  /// Training from features of the frozen part, on a small residual network.
  @Suite struct CachedFeaturesTests {
    private static let files = ["model.safetensors", "state.safetensors", "metrics.jsonl"]

    private func model(_ name: String = "cifar_resnet20") throws -> Model {
      var generator = Generator(seed: 1)
      var configuration = try ModelRegistry.entry(named: name).defaults
      (configuration.classes, configuration.inputSize) = (2, 32)
      return try ModelRegistry.make(configuration, using: &generator)
    }

    private func configuration(_ model: Model) -> TrainingConfiguration {
      var configuration = TrainingConfiguration(model: model.configuration, data: "noise")
      (configuration.batchSize, configuration.epochs, configuration.learningRate) = (8, 3, 0.02)
      (configuration.keepsBest, configuration.augments) = (true, false)
      return configuration
    }

    private func start(
      _ configuration: TrainingConfiguration? = nil, model: Model? = nil, strategy: any Strategy = ExactTraining(),
      layers: String = "last:4", cache: FeatureCache?, splits: DataSplits? = nil, in folder: String,
      resumes: Bool = false, rates: RateSearch = .none
    ) throws -> AdaptationRun {
      let model = try model ?? self.model()
      return try AdaptationRun(
        model, splits: splits ?? NoiseSet.splits(train: 20), configuration: configuration ?? self.configuration(model),
        rates: rates, explains: false, cache: cache, folder: RunFolder(folder), resumes: resumes, isQuiet: true,
        request: { network in
          let layers = try LayerSelection(parsing: layers).select(from: network.body)
          return .scheme(Scheme(layers.map { .init(layer: $0.path, strategy: strategy) }), within: Budget())
        }, announce: { _, _, _ in })
    }

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    private func featureFiles(in folder: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("features-") }.sorted()
    }

    @Test(arguments: ["exact", "filter:2", "sparse:0.25", "low-rank:0.8"])
    func theWeightsAreThoseWithoutFeatures(_ strategy: String) throws {
      try withTemporaryFolder { folder in
        let strategy = try StrategyName.parse(strategy)
        _ = try start(strategy: strategy, cache: nil, in: "\(folder)/plain").trainer.run()
        let run = try start(
          strategy: strategy, cache: .init(folder: "\(folder)/cached", isShared: false), in: "\(folder)/cached")
        #expect(try #require(run.features).boundary == "layer3.0")
        _ = try run.trainer.run()
        for name in Self.files {
          #expect(try bytes("\(folder)/plain/\(name)") == bytes("\(folder)/cached/\(name)"), "\(name)")
        }
        #expect(try featureFiles(in: "\(folder)/cached").count == 1)
        run.removeFeatures()
        #expect(try featureFiles(in: "\(folder)/cached").isEmpty)
      }
    }

    @Test(arguments: ["resnet18", "mcunet_5fps", "vit_tiny_patch16_224", "efficientformer_l1"])
    func theWeightsAreThoseWithoutFeaturesInEveryFamily(_ name: String) throws {
      try withTemporaryFolder { folder in
        for (place, cache) in [
          ("plain", nil), ("cached", FeatureCache(folder: "\(folder)/features", isShared: true)),
        ] {
          let model = try model(name)
          var configuration = configuration(model)
          (configuration.epochs, configuration.accumulation, configuration.averageDecay) = (1, 2, 0.9)
          let run = try start(
            configuration, model: model, layers: "last:2", cache: cache, in: "\(folder)/\(place)", rates: .both)
          _ = try run.trainer.run()
        }
        for file in Self.files {
          #expect(try bytes("\(folder)/plain/\(file)") == bytes("\(folder)/cached/\(file)"), "\(file)")
        }
      }
    }

    @Test func batchesOfOtherSizesGiveTheSameFeatures() throws {
      try withTemporaryFolder { folder in
        let model = try model()
        var files: [Data] = []
        for size in [1, 3, 8] {
          var configuration = configuration(model)
          configuration.batchSize = size
          let run = try start(
            configuration, cache: .init(folder: "\(folder)/\(size)", isShared: true), in: "\(folder)/run\(size)")
          files.append(try bytes(#require(run.features).path))
        }
        #expect(files[0] == files[1] && files[1] == files[2])
      }
    }

    @Test func filesThatAreDamagedOrOfOthersAreMadeAgain() throws {
      try withTemporaryFolder { folder in
        let cache = FeatureCache(folder: "\(folder)/features", isShared: true)
        func open(_ splits: DataSplits? = nil) throws -> CachedFeatures {
          try #require(
            try start(cache: cache, splits: splits, in: "\(folder)/\(UUID().uuidString)").features)
        }
        let path = try open().path
        let sound = try bytes(path)
        #expect(try !open().isNew)
        var flipped = sound
        flipped[60] ^= 0xFF
        let other = sound.range(of: Data("\"fingerprint\":\"".utf8)).map { range in
          var other = sound
          other[range.upperBound] = other[range.upperBound] == UInt8(ascii: "0") ? 49 : 48
          return other
        }
        for damaged in [sound.prefix(sound.count / 2), sound.prefix(4), Data(), flipped, try #require(other)] {
          try damaged.write(to: URL(filePath: path))
          #expect(try open().isNew)
          #expect(try bytes(path) == sound)
        }
        #expect(try open(NoiseSet.splits(train: 21)).isNew)
        #expect(try featureFiles(in: cache.folder).count == 2)
      }
    }

    @Test func runsShareFeaturesOfTheSameFrontOrOfAShallowerOne() throws {
      try withTemporaryFolder { folder in
        let cache = FeatureCache(folder: "\(folder)/features", isShared: true)
        func features(_ strategy: any Strategy, _ layers: String, seed: UInt64 = 0) throws -> CachedFeatures {
          var configuration = try configuration(model())
          configuration.seed = seed
          let run = try start(
            configuration, strategy: strategy, layers: layers, cache: cache, in: "\(folder)/\(UUID().uuidString)")
          run.removeFeatures()
          return try #require(run.features)
        }
        let first = try features(ExactTraining(), "last:4")
        #expect(first.isNew && first.boundary == "layer3.0")
        #expect(try !features(FilteredTraining(patch: 2), "last:4", seed: 3).isNew)
        let classifier = try features(ExactTraining(), "none")
        #expect(!classifier.isNew && classifier.path == first.path)
        let deeper = try features(ExactTraining(), "last:6")
        #expect(deeper.isNew && deeper.boundary == "layer2.2")
      }
    }

    @Test func whatCannotBeCachedIsRefusedBeforeTraining() throws {
      try withTemporaryFolder { folder in
        let cache = FeatureCache(folder: folder, isShared: false)
        func expectRefusal(
          _ text: String, layers: String = "last:4", model: Model? = nil,
          _ change: (inout TrainingConfiguration) -> Void
        ) throws {
          var configuration = configuration(try model ?? self.model())
          change(&configuration)
          let error = #expect(throws: StrategyError.self) {
            _ = try start(configuration, model: model, layers: layers, cache: cache, in: "\(folder)/run")
          }
          #expect(error?.description.contains(text) ?? false, "\(error?.description ?? "")")
        }
        try expectRefusal("add --no-augment") { $0.augments = true }
        try expectRefusal("leave out --mixup and --cutmix") { $0.mixUp = 0.2 }
        try expectRefusal("no layer of cifar_resnet20 is frozen in front", layers: "all") { _ in }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/run").isEmpty)
      }
    }
  }
}
