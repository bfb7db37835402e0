import DataSets
import NeuralNet
import Tensor
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct AccumulationTests {
    /// Without norms over the batch, the mean gradient of equal parts is that of the whole.
    @Test(arguments: [nil, 0.05]) func partsOfABatchMakeItsStep(_ maximumNorm: Double?) throws {
      func weights(batchSize: Int, accumulation: Int) throws -> [Float] {
        try withTemporaryFolder { folder in
          var configuration = Trainings.configuration(epochs: 2)
          (configuration.batchSize, configuration.accumulation) = (batchSize, accumulation)
          (configuration.freezesNorms, configuration.maximumGradientNorm) = (true, maximumNorm)
          let trainer = try Trainings.trainer(configuration, in: folder)
          _ = try trainer.run()
          return trainer.model.network.namedParameters().flatMap { $0.parameter.value.floatArray() }
        }
      }
      let whole = try weights(batchSize: 32, accumulation: 1)
      let parts = try weights(batchSize: 8, accumulation: 4)
      let untrained = try Trainings.model(Trainings.configuration()).network.namedParameters()
        .flatMap { $0.parameter.value.floatArray() }
      let distance = zip(whole, parts).map { ($0 - $1).magnitude }.max() ?? 1
      let change = zip(whole, untrained).map { ($0 - $1).magnitude }.max() ?? 0
      #expect(distance < 1e-4 && change > 100 * distance, "\(distance) after a change of \(change)")
    }

    /// 96 pictures are six batches: two steps an epoch, the second of two batches.
    @Test func theLastStepTakesWhatIsLeft() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration(epochs: 2)
        configuration.accumulation = 4
        #expect(configuration.stepCount(ofBatches: 6) == 2)
        try Trainings.run(configuration, in: folder)
        let state = try TrainingCheckpoint.restore(
          from: folder + "/state.safetensors", configuration: configuration,
          pictures: .init(classNames: StripeSet(count: 96).classNames, count: 96),
          network: Trainings.model(configuration).network,
          optimizer: configuration.makeOptimizer(for: Trainings.model(configuration).network), average: nil)
        #expect(state.position.totalSteps == 4)
      }
    }

    @Test func gradientsAdd() {
      let (shared, own) = (Parameter(Tensor([Float(1), 2])), Parameter(Tensor([Float(3), 4])))
      var sum = gradients(of: (shared.tensor * 3).sum())
      let first = sum
      sum.add(gradients(of: (shared.tensor * own.tensor).sum()))
      #expect(sum[shared]?.floatArray() == [6, 7])
      #expect(sum[own]?.floatArray() == [1, 2])
      #expect(first[shared]?.floatArray() == [3, 3])
    }
  }
}
