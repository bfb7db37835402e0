import Foundation
import Reporting
import Testing

extension CommandSuite {
  /// `martlet adapt --cache-features`: the frozen part runs once a picture.
  @Suite struct CachedFeatureTests {
    private static let results = ["model.safetensors", "delta.safetensors", "state.safetensors", "metrics.jsonl"]

    private func arguments(_ output: String, epochs: Int = 3, _ options: String...) -> [String] {
      [
        "adapt", "--checkpoint", "base.safetensors", "--data", "data", "--output", output, "--batch-size", "16",
        "--epochs", "\(epochs)", "--layers", "last:1", "--method", "exact", "--lr", "0.01", "--quiet", "--json",
      ] + options
    }

    private func withSamples(_ body: (String) throws -> Void) throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data", train: 96, validation: 48)
        try SampleFiles.writeModel(to: folder + "/base.safetensors")
        try body(folder)
      }
    }

    private func expectSame(_ run: String, _ expected: String, in folder: String) throws {
      for name in Self.results {
        #expect(try fileBytes("\(folder)/\(run)/\(name)") == fileBytes("\(folder)/\(expected)/\(name)"), "\(name)")
      }
    }

    @Test func theResultIsThatOfPictures() throws {
      try withSamples { folder in
        let plain = try document(martlet(arguments("plain", "--no-augment"), in: folder))
        let cached = try document(martlet(arguments("cached", "--no-augment", "--cache-features"), in: folder))
        try expectSame("cached", "plain", in: folder)
        #expect(plain["top1"] == cached["top1"] && plain["features"] == nil)
        #expect(cached["features"]?["behind"]?.stringValue == "maxpool")
        #expect(cached["features"]?["mb"]?.doubleValue ?? 0 > 0)
        #expect(!names(in: folder + "/cached").contains { $0.hasPrefix("features") })
      }
    }

    @Test func runsShareAFolderOfFeatures() throws {
      try withSamples { folder in
        let options = ["--no-augment", "--features", "features"]
        let first = try document(martlet(arguments("first") + options, in: folder))
        let second = try document(martlet(arguments("second") + options + ["--seed", "4"], in: folder))
        #expect(first["features"]?["computed"]?.boolValue == true)
        #expect(second["features"]?["computed"]?.boolValue == false)
        #expect(names(in: folder + "/features").count == 1)
      }
    }

    @Test func aStoppedRunGoesOnWithTheSameBits() throws {
      try withSamples { folder in
        let options = ["--no-augment", "--cache-features"]
        let time = try ContinuousClock().measure {
          _ = try document(martlet(arguments("whole", epochs: 12) + options, in: folder))
        }
        for share in [4, 2, 1] {
          let process = try MartletProcess(arguments("stopped", epochs: 12) + options + ["--resume"], in: folder)
          usleep(UInt32(time / .microseconds(1)) / UInt32(share + 1))
          process.send(SIGKILL)
          _ = try process.wait()
        }
        _ = try document(martlet(arguments("stopped", epochs: 12) + options + ["--resume"], in: folder))
        try expectSame("stopped", "whole", in: folder)
      }
    }

    @Test func badUseEndsBeforeAnyTraining() throws {
      try withSamples { folder in
        expectError(try martlet(arguments("run", "--cache-features"), in: folder), "add --no-augment")
        expectError(
          try martlet(arguments("run", "--no-augment", "--cache-features", "--layers", "all"), in: folder),
          "no layer of quickstart is frozen in front")
        expectError(try martlet(arguments("run", "--no-augment", "--features", "base.safetensors"), in: folder))
        #expect(names(in: folder + "/run").isEmpty)
      }
    }
  }
}
