import NeuralNet
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct TrainingConfigurationTests {
    typealias Change = @Sendable (inout TrainingConfiguration) -> Void

    static let bad: [(option: String, change: Change)] = [
      ("--epochs", { $0.epochs = 0 }), ("--epochs", { $0.epochs = .max }),
      ("--batch-size", { $0.batchSize = 0 }), ("--batch-size", { $0.batchSize = -3 }),
      ("--lr", { $0.learningRate = 0 }), ("--lr", { $0.learningRate = -1 }),
      ("--lr", { $0.learningRate = .nan }), ("--lr", { $0.learningRate = .infinity }),
      ("--momentum", { $0.momentum = 1 }), ("--momentum", { $0.momentum = -0.1 }),
      ("--momentum", { $0.momentum = .nan }), ("--weight-decay", { $0.weightDecay = -1e-9 }),
      ("--weight-decay", { $0.weightDecay = .infinity }), ("--warm-up", { $0.warmUpEpochs = -1 }),
      ("--warm-up", { $0.warmUpEpochs = 10 }), ("--warm-up", { $0.warmUpEpochs = .nan }),
      ("--label-smoothing", { $0.labelSmoothing = 1 }), ("--label-smoothing", { $0.labelSmoothing = -0.1 }),
      ("--clip-norm", { $0.maximumGradientNorm = 0 }), ("--clip-norm", { $0.maximumGradientNorm = .nan }),
      ("--clip-norm", { $0.maximumGradientNorm = .infinity }), ("--ema", { $0.averageDecay = 1 }),
      ("--ema", { $0.averageDecay = -0.5 }), ("--mixup", { $0.mixUp = -1 }), ("--mixup", { $0.mixUp = .nan }),
      ("--cutmix", { $0.cutMix = -1 }), ("--classifier-epochs", { $0.classifierEpochs = -1 }),
      ("--classifier-epochs", { $0.classifierEpochs = 11 }), ("--classifier-epochs", { $0.classifierEpochs = .nan }),
    ]

    @Test(arguments: bad.indices) func badOptionsAreNamed(_ index: Int) {
      let (option, change) = Self.bad[index]
      var configuration = Trainings.configuration(epochs: 10)
      change(&configuration)
      let error = #expect(throws: TrainingError.self) { try configuration.check() }
      let message = error?.description ?? ""
      #expect(message.contains(option) && message.contains("expected"), "\(message)")
    }

    @Test func usualOptionsAreGood() throws {
      var configuration = Trainings.configuration()
      try configuration.check()
      (configuration.maximumGradientNorm, configuration.averageDecay) = (1, 0.999)
      (configuration.mixUp, configuration.cutMix, configuration.labelSmoothing) = (0.2, 1, 0.1)
      try configuration.check()
    }

    /// The trainer refuses them as well, before it writes anything.
    @Test func theTrainerChecks() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration()
        configuration.momentum = 2
        expectError("--momentum") { _ = try Trainings.trainer(configuration, in: folder) }
      }
    }

    @Test func schedulesSpanAllSteps() throws {
      var configuration = Trainings.configuration(epochs: 4)
      configuration.warmUpEpochs = 0.5
      let schedule = try configuration.makeSchedule(stepsAnEpoch: 10)
      #expect(schedule.learningRate(at: 0) < configuration.learningRate)
      #expect((schedule.learningRate(at: 5) - configuration.learningRate).magnitude < 1e-3)
      #expect(schedule.learningRate(at: 39) < configuration.learningRate / 50)
    }
  }
}
