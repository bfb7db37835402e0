import Foundation
import Formats
import Models
import NeuralNet
import Tensor
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct TrainingCheckpointTests {
    private struct Parts {
      var configuration: TrainingConfiguration
      let pictures = TrainingCheckpoint.Pictures(classNames: ["a", "b"], count: 12)
      let network: Layer
      let optimizer: any Optimizer
      let average: ExponentialMovingAverage

      init(seed: UInt64) {
        configuration = Trainings.configuration()
        configuration.labelSmoothing = 0.1
        network = DropoutNet(classes: 3, seed: seed).namingParts()
        optimizer = configuration.makeOptimizer(for: network)
        average = ExponentialMovingAverage(parameters: network.namedParameters(), decay: 0.5)
      }

      /// Trains a little, so that every part of the state has values of its own.
      func train() {
        var generator = Generator(seed: 9)
        for _ in 0..<3 {
          let step = TrainingStep(network: network, optimizer: optimizer)
          _ = step(
            images: .normal([4, 8, 8, 1], using: &generator), targets: .labels(Tensor([Int64(0), 1, 2, 0])))
          average.update()
        }
      }

      func save(to path: String, position: TrainingCheckpoint.Position = .init()) throws {
        let checkpoint = TrainingCheckpoint(
          position: position, configuration: configuration, pictures: pictures, scheduleState: ["best": 0.5],
          generators: network.generatorStates)
        try checkpoint.save(network: network, optimizer: optimizer, average: average, to: path)
      }

      @discardableResult
      func restore(from path: String) throws -> TrainingCheckpoint {
        try TrainingCheckpoint.restore(
          from: path, configuration: configuration, pictures: pictures, network: network, optimizer: optimizer,
          average: average)
      }
    }

    private func values(_ state: [String: Tensor]) -> [String: [Float]] { state.mapValues { $0.floatArray() } }

    @Test func everyPartComesBack() throws {
      try withTemporaryFolder { folder in
        let (original, restored) = (Parts(seed: 1), Parts(seed: 2))
        original.train()
        var position = TrainingCheckpoint.Position()
        (position.epoch, position.step, position.totalSteps) = (3, 7, 61)
        (position.lossSum, position.correct, position.seen) = (0.1 + 0.2, 31, 112)
        try original.save(to: folder + "/state", position: position)
        let checkpoint = try restored.restore(from: folder + "/state")
        #expect(checkpoint.position == position)
        #expect(checkpoint.configuration == original.configuration)
        #expect(checkpoint.scheduleState == ["best": 0.5])
        #expect(checkpoint.generators == original.network.generatorStates)
        restored.network.restoreGenerators(checkpoint.generators)
        #expect(restored.network.generatorStates == original.network.generatorStates)
        let weights = { (network: Layer) in
          Dictionary(uniqueKeysWithValues: network.namedTensors().map { ($0.name, $0.tensor) })
        }
        #expect(values(weights(restored.network)) == values(weights(original.network)))
        #expect(values(restored.optimizer.state) == values(original.optimizer.state))
        #expect(values(restored.average.state) == values(original.average.state))
      }
    }

    @Test func otherOptionsAreRefusedByName() throws {
      try withTemporaryFolder { folder in
        var parts = Parts(seed: 1)
        try parts.save(to: folder + "/state")
        parts.configuration.learningRate = 0.25
        parts.configuration.averageDecay = 0.9
        expectError("state", "learningRate was 0.05 and is 0.25", "averageDecay was unset and is 0.9", "--output") {
          try parts.restore(from: folder + "/state")
        }
      }
    }

    @Test func aModelIsNoState() throws {
      try withTemporaryFolder { folder in
        let configuration = Trainings.configuration()
        try ModelCheckpoint.save(Trainings.model(configuration), to: folder + "/model.safetensors")
        expectError("model.safetensors", "not the state of a training") {
          try Parts(seed: 1).restore(from: folder + "/model.safetensors")
        }
      }
    }

    @Test func missingTensorsAreNamed() throws {
      try withTemporaryFolder { folder in
        let parts = Parts(seed: 1)
        parts.train()
        try parts.save(to: folder + "/state")
        let file = try SafetensorsFile(folder + "/state")
        for missing in file.names {
          let entries = try file.names.filter { $0 != missing }.map {
            SafetensorsWriter.Entry(name: $0, try file.array(named: $0))
          }
          try SafetensorsWriter.write(entries, metadata: file.metadata, to: folder + "/less")
          let name = missing.split(separator: ".", maxSplits: 1)[1]
          expectError(String(name)) { try Parts(seed: 2).restore(from: folder + "/less") }
        }
      }
    }

    @Test func damagedMetadataIsNamed() throws {
      try withTemporaryFolder { folder in
        let parts = Parts(seed: 1)
        try parts.save(to: folder + "/state")
        let file = try SafetensorsFile(folder + "/state")
        let entries = try file.names.map { SafetensorsWriter.Entry(name: $0, try file.array(named: $0)) }
        for key in ["position", "configuration", "pictures", "schedule", "generators"] {
          for value in [nil, "{", "[1]"] {
            var metadata = file.metadata
            metadata[key] = value
            try SafetensorsWriter.write(entries, metadata: metadata, to: folder + "/damaged")
            expectError("damaged", key) { try parts.restore(from: folder + "/damaged") }
          }
        }
      }
    }

    @Test func aTruncatedStateIsRefused() throws {
      try withTemporaryFolder { folder in
        let parts = Parts(seed: 1)
        try parts.save(to: folder + "/state")
        let bytes = try fileBytes(folder + "/state")
        for count in [0, 7, 100, bytes.count / 2, bytes.count - 1] {
          try AtomicFile.write(Array(bytes.prefix(count)), to: folder + "/short")
          expectError("short") { try parts.restore(from: folder + "/short") }
        }
      }
    }

    @Test func aModelWithoutConfigurationIsRefused() throws {
      try withTemporaryFolder { folder in
        try SafetensorsWriter.write([.init(name: "w", StoredArray([Float(1)]))], to: folder + "/weights")
        expectError("weights", "--model") { _ = try ModelCheckpoint.load(folder + "/weights") }
      }
    }
  }
}
