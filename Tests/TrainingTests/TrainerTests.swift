import DataSets
import Formats
import Models
import NeuralNet
import Reporting
import Tensor
import TestSupport
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct TrainerTests {
    @Test(arguments: OptimizerName.allCases)
    func itLearns(_ optimizer: OptimizerName) throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration(epochs: 4)
        configuration.optimizer = optimizer
        if optimizer == .adamw { configuration.learningRate = 0.003 }
        let result = try Trainings.run(configuration, in: folder)
        #expect(result.accuracy > 0.8)
        let lines = try MetricsLog.lines(of: RunFolder(folder).metrics)
        let losses = lines.filter { $0["split"] == "train" }.compactMap { $0["loss"]?.doubleValue }
        let (first, last) = try (#require(losses.first), #require(losses.last))
        #expect(last < first / 2)
      }
    }

    /// Statistics of norms are averaged with the weights that they belong to, and stay in the network at the end.
    @Test func averagesAreModels() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration(epochs: 4)
        configuration.averageDecay = 0.98
        let trainer = try Trainings.trainer(configuration, in: folder)
        guard case .finished(let result) = try trainer.run() else { return }
        #expect(result.accuracy > 0.7)
        let loader = try TrainingData.validation(StripeSet.splits(), configuration)
        let again = try Training.evaluate(
          trainer.model.network, on: loader, classes: 3, precision: configuration.precision)
        #expect(again.correct == result.correct && again.loss == result.loss)
      }
    }

    @Test func sameSeedSameBits() throws {
      var configuration = Trainings.configuration(epochs: 2)
      configuration.augments = true
      configuration.mixUp = 0.2
      let runs = try (0..<2).map { _ in
        try withTemporaryFolder { folder in
          try Trainings.run(configuration, in: folder)
          return try (fileBytes(folder + "/model.safetensors"), fileBytes(folder + "/state.safetensors"))
        }
      }
      #expect(runs[0].0 == runs[1].0)
      #expect(runs[0].1 == runs[1].1)
    }

    @Test func otherSeedsOtherBits() throws {
      let files = try [UInt64(1), 2].map { seed in
        try withTemporaryFolder { folder in
          var configuration = Trainings.configuration(epochs: 1)
          configuration.seed = seed
          try Trainings.run(configuration, in: folder)
          return try fileBytes(folder + "/model.safetensors")
        }
      }
      #expect(files[0] != files[1])
    }

    @Test func theSavedModelGivesTheSameResult() throws {
      try withTemporaryFolder { folder in
        let configuration = Trainings.configuration(epochs: 2)
        let result = try Trainings.run(configuration, in: folder)
        let (model, classNames) = try ModelCheckpoint.load(folder + "/model.safetensors")
        #expect(classNames == ["rows", "columns", "diagonals"])
        #expect(model.configuration == configuration.model)
        let loader = try TrainingData.validation(StripeSet.splits(), configuration)
        let again = try evaluate(model.network, on: loader, classes: 3)
        #expect(again.confusion == result.confusion)
        #expect(again.loss == result.loss)
      }
    }

    @Test func theAverageIsEvaluatedAndSaved() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration(epochs: 2)
        configuration.averageDecay = 0.8
        let trainer = try Trainings.trainer(configuration, in: folder)
        guard case .finished(let result) = try trainer.run() else { throw TrainingError("interrupted") }
        let state = try SafetensorsFile(folder + "/state.safetensors")
        let saved = try SafetensorsFile(folder + "/model.safetensors")
        for (name, parameter) in trainer.model.network.namedParameters() {
          let trained = try state.array(named: "model.\(name)").floats()
          let average = try state.array(named: "average.\(name)").floats()
          #expect(parameter.value.floatArray() == average, "\(name)")
          #expect(try saved.array(named: name).floats() == average, "\(name)")
          #expect(average != trained, "\(name)")
        }
        let (model, _) = try ModelCheckpoint.load(folder + "/model.safetensors")
        let loader = try TrainingData.validation(StripeSet.splits(), configuration)
        #expect(try evaluate(model.network, on: loader, classes: 3).loss == result.loss)
      }
    }

    @Test func mixedPicturesTrainOnMixedTargets() throws {
      var configuration = Trainings.configuration()
      configuration.mixUp = 1
      configuration.cutMix = 1
      let batches = try TrainingData.training(StripeSet.splits(), configuration).batches(epoch: 0)
      let batch = try #require(try batches.next())
      let targets = try #require(batch.targets)
      let step = try TrainingStep(
        network: Trainings.model(configuration).network,
        optimizer: configuration.makeOptimizer(for: Trainings.model(configuration).network))
      let mixed = step.lossAndLogits(images: batch.images, targets: .probabilities(targets))
      let expected = crossEntropy(mixed.logits, targets: targets).item()
      #expect((mixed.loss.item() - expected).magnitude < 1e-6)
      let unmixed = crossEntropy(mixed.logits, labels: batch.labels).item()
      #expect(mixed.loss.item() != unmixed)
      try withTemporaryFolder { folder in
        configuration.epochs = 5
        let result = try Trainings.run(configuration, in: folder)
        #expect(result.accuracy > 0.5)
      }
    }

    @Test func smoothingAndClippingReachTheStep() throws {
      let configuration = Trainings.configuration()
      func update(smoothing: Float = 0, norm: Double? = nil) throws -> (loss: Float, change: Float) {
        let network = try Trainings.model(configuration).network
        let weight = try #require(network.namedParameters().first { $0.name == "fc.weight" }?.parameter.value)
        let before = weight.floatArray()
        let step = TrainingStep(
          network: network, optimizer: configuration.makeOptimizer(for: network), labelSmoothing: smoothing,
          maximumGradientNorm: norm)
        let batches = try TrainingData.training(StripeSet.splits(), configuration).batches(epoch: 0)
        let batch = try #require(try batches.next())
        let result = step(images: batch.images, targets: .labels(batch.labels))
        let change = zip(before, weight.floatArray()).map { ($0 - $1).magnitude }.max() ?? 0
        return (result.loss, change)
      }
      let plain = try update()
      #expect(try update(smoothing: 0.3).loss != plain.loss)
      #expect(try update(norm: 1e-3).change < plain.change / 10)
      #expect(try update(norm: 1e6).change == plain.change)
    }

    @Test func weightDecaySparesNorms() throws {
      var configuration = Trainings.configuration()
      let network = try Trainings.model(configuration).network
      let sparing = configuration.makeOptimizer(for: network)
      #expect(sparing.parameters.count == network.namedParameters().count)
      configuration.decaysNorms = true
      let decaying = configuration.makeOptimizer(for: network)
      let exempt = sparing.groups.filter { $0.weightDecay == 0 }.flatMap(\.parameters).map(\.name)
      #expect(exempt.contains("bn1.weight") && exempt.contains("fc.bias") && !exempt.contains("fc.weight"))
      #expect(decaying.groups.allSatisfy { $0.weightDecay == nil })
    }
  }
}
