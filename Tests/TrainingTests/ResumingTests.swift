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
  /// Stops by an error between two checkpoints; the tests of the command line stop by signals.
  @Suite struct ResumingTests {
    private static var configurations: [TrainingConfiguration] {
      var adam = Trainings.configuration(epochs: 4)
      (adam.optimizer, adam.schedule, adam.learningRate, adam.averageDecay) = (.adamw, .oneCycle, 0.003, 0.9)
      var plateau = Trainings.configuration(epochs: 4)
      (plateau.schedule, plateau.warmUpEpochs, plateau.augments, plateau.mixUp) = (.plateau, 0, true, 0.4)
      var nesterov = Trainings.configuration(epochs: 4)
      (nesterov.optimizer, nesterov.warmUpEpochs, nesterov.precision) = (.nesterov, 1, .bfloat16)
      var best = Trainings.configuration(epochs: 4)
      (best.accumulation, best.keepsBest, best.patience) = (3, true, 3)
      (best.frozen, best.freezesNorms, best.adaptation) = (["conv1"], true, "{}")
      var averaged = best
      (averaged.averageDecay, averaged.optimizer, averaged.learningRate) = (0.7, .adamw, 0.02)
      averaged.classifierEpochs = 1.5
      return [adam, plateau, nesterov, best, averaged]
    }

    @Test(arguments: configurations) func aStoppedRunEndsWithTheSameBits(_ configuration: TrainingConfiguration) throws
    {
      let files = ["model.safetensors", "state.safetensors", "metrics.jsonl"]
      let undisturbed = try withTemporaryFolder { folder in
        try Trainings.run(configuration, in: folder)
        return try files.map { try fileBytes("\(folder)/\($0)") }
      }
      try withTemporaryFolder { folder in
        for reads in [40, 150, 200] {
          let splits = try StripeSet.splits(
            train: StoppingSet(StripeSet(count: 96), reads: reads),
            validation: StripeSet(count: 48, firstIndex: 96))
          expectError("stopped") { try Trainings.run(configuration, in: folder, splits: splits, resumes: true) }
        }
        try Trainings.run(configuration, in: folder, resumes: true)
        for (name, expected) in zip(files, undisturbed) {
          #expect(try fileBytes("\(folder)/\(name)") == expected, "\(name)")
        }
      }
    }

    /// The generators of dropout go on, too.
    @Test func dropoutGoesOn() throws {
      let configuration = Trainings.configuration(epochs: 3)
      func train(in folder: String, reads: Int) throws {
        let splits = try StripeSet.splits(
          train: StoppingSet(StripeSet(count: 96), reads: reads), validation: StripeSet(count: 48, firstIndex: 96))
        _ = try Trainings.trainer(
          configuration, in: folder, splits: splits, model: DropoutNet.model(configuration), resumes: true
        ).run()
      }
      let undisturbed = try withTemporaryFolder { folder in
        try train(in: folder, reads: .max)
        return try fileBytes("\(folder)/model.safetensors")
      }
      try withTemporaryFolder { folder in
        expectError("stopped") { try train(in: folder, reads: 170) }
        try train(in: folder, reads: .max)
        #expect(try fileBytes("\(folder)/model.safetensors") == undisturbed)
      }
    }

    @Test func impossiblePositionsAreRefused() throws {
      try withTemporaryFolder { folder in
        let configuration = Trainings.configuration(epochs: 2)
        try Trainings.run(configuration, in: folder)
        let path = folder + "/state.safetensors"
        let file = try SafetensorsFile(path)
        let entries = try file.names.map { SafetensorsWriter.Entry(name: $0, try file.array(named: $0)) }
        let damages: [(inout TrainingCheckpoint.Position) -> Void] = [
          { $0.step = 1 << 62 }, { $0.step = -1 }, { $0.totalSteps = .max }, { $0.totalSteps = -5 }, { $0.epoch = -1 },
          { $0.epoch = 3 }, { $0.epoch = 1 }, { $0.seen = -1 }, { $0.correct = 1 }, { $0.best?.epoch = .min },
          { ($0.seen, $0.correct) = (.max, .max) },
        ]
        for damage in damages {
          var position: TrainingCheckpoint.Position = try ModelCheckpoint.decode(
            file.metadata["position"] ?? "", path, "position")
          damage(&position)
          var metadata = file.metadata
          metadata["position"] = try ModelCheckpoint.encode(position)
          try SafetensorsWriter.write(entries, metadata: metadata, to: path)
          expectError("state.safetensors is damaged", "2 epochs of 6 batches") {
            _ = try Trainings.trainer(configuration, in: folder, resumes: true)
          }
        }
      }
    }

    @Test func otherPicturesAreRefused() throws {
      try withTemporaryFolder { folder in
        let configuration = Trainings.configuration(epochs: 1)
        try Trainings.run(configuration, in: folder)
        expectError("state.safetensors", "class 0 was \"rows\" and is \"columns\"", "--output") {
          let splits = try StripeSet.splits().relabelled(["columns", "rows", "diagonals"])
          _ = try Trainings.trainer(configuration, in: folder, splits: splits, resumes: true)
        }
        expectError("state.safetensors", "there were 96 training pictures and are 99") {
          _ = try Trainings.trainer(configuration, in: folder, splits: StripeSet.splits(train: 99), resumes: true)
        }
      }
    }

    /// A process may be killed between the writing of the state and that of the model.
    @Test func aFinishedRunWithoutItsModelWritesIt() throws {
      try withTemporaryFolder { folder in
        let configuration = Trainings.configuration(epochs: 1)
        let result = try Trainings.run(configuration, in: folder)
        let model = try fileBytes(folder + "/model.safetensors")
        try AtomicFile.write([1, 2, 3], to: folder + "/model.safetensors")
        let again = try Trainings.run(configuration, in: folder, resumes: true)
        #expect(try fileBytes(folder + "/model.safetensors") == model)
        #expect(again.loss == result.loss)
      }
    }
  }
}
