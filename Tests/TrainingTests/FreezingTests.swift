import Formats
import NeuralNet
import Tensor
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct FreezingTests {
    private func tensors(_ network: Module) -> [String: [Float]] {
      Dictionary(
        uniqueKeysWithValues: network.namedTensors().map { ($0.name, $0.tensor.cast(to: .float32).floatArray()) })
    }

    @Test func normsInEvaluationModeKeepTheirStatistics() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration(epochs: 2)
        configuration.freezesNorms = true
        let trainer = try Trainings.trainer(configuration, in: folder)
        let before = tensors(trainer.model.network)
        _ = try trainer.run()
        let after = tensors(trainer.model.network)
        for (name, values) in before {
          #expect((after[name] == values) == (name.contains("running_") || name.contains("num_batches")), "\(name)")
        }
      }
    }

    @Test func frozenParametersStayAndHaveNoState() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration(epochs: 1)
        (configuration.frozen, configuration.averageDecay) = (["conv*", "bn1"], 0.5)
        let trainer = try Trainings.trainer(configuration, in: folder)
        let before = tensors(trainer.model.network)
        _ = try trainer.run()
        let after = tensors(trainer.model.network)
        let state = try SafetensorsFile(folder + "/state.safetensors").names
        for (name, parameter) in trainer.model.network.namedParameters() {
          let isFrozen = name.hasPrefix("conv") || name.hasPrefix("bn1.")
          #expect(parameter.requiresGradient == !isFrozen)
          #expect((before[name] == after[name]) == isFrozen, "\(name)")
          #expect(state.contains("optimizer.\(name).momentum") == !isFrozen)
          #expect(state.contains("average.\(name)") == !isFrozen)
        }
      }
    }

    @Test(arguments: [(1, 0), (2, 6)])
    func theClassifierTrainsFirst(epochs: Int, stepsOfTheRest: Int64) throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration(epochs: epochs)
        (configuration.classifierEpochs, configuration.batchSize) = (1, 16)
        let trainer = try Trainings.trainer(configuration, in: folder)
        let before = tensors(trainer.model.network)
        _ = try trainer.run()
        let after = tensors(trainer.model.network)
        let state = try SafetensorsFile(folder + "/state.safetensors")
        for (name, _) in trainer.model.network.namedParameters() {
          let isClassifier = name.hasPrefix("fc.")
          #expect((before[name] == after[name]) == (!isClassifier && stepsOfTheRest == 0), "\(name)")
          let steps = try Tensor(state.array(named: "optimizer.\(name).step"), name: name).array(of: Int64.self)[0]
          #expect(steps == (isClassifier ? Int64(epochs) * 6 : stepsOfTheRest), "\(name)")
        }
      }
    }

    @Test func patternsThatMatchNothingOrEverythingAreRefused() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration(epochs: 1)
        configuration.frozen = ["layer9"]
        expectError("--freeze layer9", "conv1.weight", "fc.bias") {
          _ = try Trainings.trainer(configuration, in: folder)
        }
        configuration.frozen = ["*"]
        expectError("every parameter", "quickstart") { _ = try Trainings.trainer(configuration, in: folder) }
      }
    }

    /// What was done to the network before belongs to the training.
    @Test func anotherAdaptationIsNotResumed() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration(epochs: 1)
        configuration.adaptation = #"{"scheme":"a"}"#
        try Trainings.run(configuration, in: folder)
        try Trainings.run(configuration, in: folder, resumes: true)
        configuration.adaptation = #"{"scheme":"b"}"#
        expectError("adaptation was", #"\"a\""#, #"\"b\""#) {
          try Trainings.run(configuration, in: folder, resumes: true)
        }
      }
    }
  }
}
