import DataSets
import Models
import Tensor
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct PrecisionTests {
    /// A short version of the quickstart; the whole one is compared in the benchmarks.
    @Test func bfloat16LearnsAsWellAsFloat32() throws {
      let splits = try DataSource.open("fashion-mnist-mini")
      let accuracies = try Precision.allCases.map { precision in
        try withTemporaryFolder { folder in
          let model = ModelConfiguration(
            name: "quickstart", classes: 10, inputChannels: 1, inputSize: 28,
            preparation: Preparation(mean: splits.normalization.mean, deviation: splits.normalization.deviation))
          var configuration = TrainingConfiguration(model: model, data: splits.name)
          (configuration.epochs, configuration.schedule, configuration.precision) = (2, .oneCycle, precision)
          return try Trainings.run(configuration, in: folder, splits: splits).accuracy
        }
      }
      #expect(accuracies.allSatisfy { $0 > 0.7 }, "\(accuracies)")
      #expect((accuracies[0] - accuracies[1]).magnitude < 0.04, "\(accuracies)")
    }
  }
}
