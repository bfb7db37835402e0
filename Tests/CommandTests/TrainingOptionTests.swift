import Formats
import Foundation
import Reporting
import Testing

extension CommandSuite {
  /// The options of training beyond the usual ones.
  @Suite struct TrainingOptionTests {
    private func train(_ options: String..., in folder: String) throws -> MartletProcess.Outcome {
      try martlet(
        [
          "train", "--model", "quickstart", "--data", "data", "--output", "run", "--batch-size", "32", "--quiet",
          "--json",
        ]
          + options, in: folder)
    }

    private func configuration(in folder: String) throws -> JSONValue {
      let text = String(decoding: try fileBytes(folder + "/run/config.json"), as: UTF8.self)
      return try #require(try JSONValue(parsing: text, source: "config.json")["configuration"])
    }

    @Test func partsOfATrainingAreChosen() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        expectSuccess(
          try train(
            "--epochs", "3", "--accumulate", "2", "--freeze", "conv1", "--freeze", "bn*", "--freeze-norms",
            "--patience", "1",
            "--keep-best", in: folder))
        let saved = try configuration(in: folder)
        #expect(saved["model"]?["crop_pct"] == 1, "small pictures are not cut")
        #expect(saved["accumulation"]?.integerValue == 2)
        #expect(saved["frozen"]?.arrayValue?.compactMap(\.stringValue) == ["conv1", "bn*"])
        #expect(saved["freezesNorms"]?.boolValue == true && saved["keepsBest"]?.boolValue == true)
        #expect(saved["patience"]?.integerValue == 1)
        let state = try SafetensorsFile(folder + "/run/state.safetensors").names
        #expect(state.contains("optimizer.conv2.weight.momentum") && !state.contains("optimizer.conv1.weight.step"))
        #expect(!state.contains("optimizer.bn2.bias.step"))
      }
    }

    /// The rate is found once; a training that goes on keeps it.
    @Test func anAutomaticRateIsFoundOnce() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        let first = try document(train("--epochs", "1", "--lr", "auto", in: folder))
        let rate = try #require(first["learning_rate"]?.doubleValue)
        #expect(rate > 1e-5 && rate < 2)
        #expect(try configuration(in: folder)["learningRate"]?.doubleValue == rate)
        let again = try document(train("--epochs", "1", "--lr", "auto", "--resume", in: folder))
        #expect(again["learning_rate"]?.doubleValue == rate)
      }
    }

    /// In a list each number is for one level of teams; workers must not take the next one for that of their own team.
    @Test func listsOfThreadsGiveTheSameBits() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data", train: 64, validation: 32)
        for threads in ["2", "2,1"] {
          let arguments = [
            "train", "--model", "mobilenetv2_035", "--input", "64", "--data", "data", "--output", "run" + threads,
            "--epochs", "1", "--batch-size", "32", "--quiet",
          ]
          expectSuccess(
            try MartletProcess(arguments, in: folder, environment: ["OMP_NUM_THREADS": threads]).wait())
        }
        #expect(try fileBytes(folder + "/run2/model.safetensors") == fileBytes(folder + "/run2,1/model.safetensors"))
      }
    }

    /// A network for colours takes gray pictures three times.
    @Test func grayPicturesAreConverted() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        try SampleFiles.writeModel(to: folder + "/colour.safetensors", channels: 3)
        for augmentation in ["--augment", "--no-augment"] {
          expectSuccess(
            try martlet(
              "adapt", "--checkpoint", "colour.safetensors", "--data", "data", "--output", "run\(augmentation)",
              "--layers", "none", "--lr", "0.01", "--epochs", "1", "--quiet", augmentation, in: folder))
        }
        expectSuccess(
          try martlet("evaluate", "--checkpoint", "colour.safetensors", "--data", "data", "--quiet", in: folder))
      }
    }

    @Test func badValuesAreRefused() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        expectError(try train("--accumulate", "0", in: folder), "--accumulate is 0")
        expectError(try train("--patience", "0", in: folder), "--patience is 0")
        expectError(try train("--freeze", "layer9", in: folder), "--freeze layer9")
        expectError(try train("--lr", "fast", in: folder), "fast", "--lr")
      }
    }
  }
}
