import Formats
import Reporting
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct EarlyStoppingTests {
    private func accuracies(_ folder: String) throws -> [Double] {
      try MetricsLog.lines(of: RunFolder(folder).metrics).filter { $0["split"] == "validation" }
        .compactMap { $0["accuracy"]?.doubleValue }
    }

    /// A rate that moves nothing: the first epoch is the best, and patience counts those after it.
    @Test func trainingStopsWhenPatienceEnds() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration(epochs: 9)
        (configuration.learningRate, configuration.freezesNorms, configuration.patience) = (1e-30, true, 3)
        try Trainings.run(configuration, in: folder)
        #expect(try accuracies(folder).count == 4)
        let state = try fileBytes(folder + "/state.safetensors")
        try Trainings.run(configuration, in: folder, resumes: true)
        #expect(try fileBytes(folder + "/state.safetensors") == state)
        configuration.patience = 0
        expectError("--patience", "at least 1") { try configuration.check() }
      }
    }

    /// With a constant rate the epochs do not depend on how many follow, so the best one can be made again as the last.
    @Test(arguments: [nil, 0.8]) func theBestEpochIsSaved(_ averageDecay: Double?) throws {
      var configuration = Trainings.configuration(epochs: 7)
      (configuration.schedule, configuration.learningRate, configuration.momentum) = (.constant, 0.4, 0.95)
      configuration.averageDecay = averageDecay
      var best = 0
      let (model, result) = try withTemporaryFolder { folder in
        configuration.keepsBest = true
        let result = try Trainings.run(configuration, in: folder)
        let scores = try accuracies(folder)
        best = try #require(scores.firstIndex(of: scores.max() ?? 0))
        #expect(result.accuracy == scores[best])
        let state = try SafetensorsFile(folder + "/state.safetensors")
        let saved = try SafetensorsFile(folder + "/model.safetensors")
        let latest = try state.array(named: "model.fc.weight").floats()
        if best < 6 { #expect(try saved.array(named: "fc.weight").floats() != latest) }
        return (try fileBytes(folder + "/model.safetensors"), result)
      }
      #expect(best < 6, "the last epoch is the best, which shows nothing")
      try withTemporaryFolder { folder in
        (configuration.keepsBest, configuration.epochs) = (false, best + 1)
        let again = try Trainings.run(configuration, in: folder)
        #expect(try fileBytes(folder + "/model.safetensors") == model)
        #expect(again.loss == result.loss)
      }
    }
  }
}
