import NeuralNet
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct LearningRateRangeTests {
    @Test(arguments: OptimizerName.allCases) func itFindsARateThatLearns(_ optimizer: OptimizerName) throws {
      var configuration = Trainings.configuration(epochs: 4)
      configuration.optimizer = optimizer
      let model = try Trainings.model(configuration)
      let before = model.network.namedTensors().map { $0.tensor.withBytes { Array($0) } }
      let test = try LearningRateRangeTest(model, splits: StripeSet.splits(), configuration: configuration)
      #expect(model.network.namedTensors().map { $0.tensor.withBytes { Array($0) } } == before)
      #expect(model.network.isTraining)
      let again = try LearningRateRangeTest(model, splits: StripeSet.splits(), configuration: configuration)
      #expect(again.suggestion == test.suggestion && again.points.map(\.loss) == test.points.map(\.loss))
      let lowest = try #require(test.points.min { $0.loss < $1.loss })
      #expect(test.suggestion == lowest.rate / 10)
      #expect(zip(test.points, test.points.dropFirst()).allSatisfy { $0.rate < $1.rate })
      #expect((1e-5...1).contains(test.suggestion), "\(test.suggestion)")
      configuration.learningRate = test.suggestion
      try withTemporaryFolder { folder in
        let result = try Trainings.run(configuration, in: folder)
        #expect(result.accuracy > 0.7, "\(test.suggestion)")
      }
    }

    /// Beyond the rate at which a classifier knows its few pictures by heart their loss stays near zero, whatever the rate.
    @Test func itEndsWhereThePicturesAreKnownByHeart() throws {
      var configuration = Trainings.configuration()
      (configuration.optimizer, configuration.frozen) = (.adamw, ["conv*", "bn*"])
      (configuration.freezesNorms, configuration.batchSize) = (true, 3)
      let test = try LearningRateRangeTest(
        Trainings.model(configuration), splits: StripeSet.splits(train: 3), configuration: configuration)
      let last = try #require(test.points.last)
      #expect(last.loss < 0.05 && test.points.dropLast().allSatisfy { $0.loss >= 0.05 })
      #expect(test.suggestion == last.rate / 10 && last.rate < 5, "\(test.suggestion)")
    }

    @Test func generatorsGoOnWhereTheyStood() throws {
      let configuration = Trainings.configuration()
      let model = DropoutNet.model(configuration)
      let before = model.network.generatorStates
      _ = try LearningRateRangeTest(model, splits: StripeSet.splits(), configuration: configuration)
      #expect(model.network.generatorStates == before)
    }

    @Test func nothingToTrainIsAnError() throws {
      var configuration = Trainings.configuration()
      configuration.frozen = ["conv*", "bn*", "fc"]
      expectError("every parameter of quickstart") {
        _ = try LearningRateRangeTest(
          Trainings.model(configuration), splits: StripeSet.splits(), configuration: configuration)
      }
    }
  }
}
