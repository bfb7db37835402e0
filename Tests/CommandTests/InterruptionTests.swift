import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension CommandSuite {
  /// Runs that are stopped at any moment end as those that are not.
  @Suite struct InterruptionTests {
    private static let results = ["model.safetensors", "state.safetensors", "metrics.jsonl"]

    private func arguments(_ output: String) -> [String] {
      [
        "train", "--model", "quickstart", "--data", "data", "--output", output, "--epochs", "12",
        "--batch-size", "16", "--lr", "0.02", "--warm-up", "1", "--mixup", "0.2", "--ema", "0.95", "--seed", "3",
        "--quiet",
      ]
    }

    /// The results of a run that nothing disturbs, and how long it takes.
    private func undisturbed(in folder: String) throws -> (files: [[UInt8]], time: Duration) {
      try SampleFiles.writeData(to: folder + "/data")
      let time = try ContinuousClock().measure { expectSuccess(try martlet(arguments("whole"), in: folder)) }
      return (try files(of: folder + "/whole"), time)
    }

    private func files(of run: String) throws -> [[UInt8]] { try Self.results.map { try fileBytes("\(run)/\($0)") } }

    private func expectSame(_ run: String, _ expected: [[UInt8]]) throws {
      for (name, (found, expected)) in zip(Self.results, zip(try files(of: run), expected)) {
        #expect(found == expected, "\(name)")
      }
    }

    /// Waits until a run has logged so many bytes.
    private func waitForMetrics(_ run: String, bytes: Int, _ process: MartletProcess) throws {
      let log = "\(run)/metrics.jsonl"
      while process.isRunning {
        let size = try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int
        if let size, size >= bytes { return }
        usleep(2000)
      }
    }

    @Test(arguments: [SIGINT, SIGTERM]) func aSignalSavesAndResumes(_ signal: Int32) throws {
      try withTemporaryFolder { folder in
        let (expected, _) = try undisturbed(in: folder)
        let run = folder + "/stopped"
        for share in [6, 3] {
          let isFirst = names(in: run).isEmpty
          let process = try MartletProcess(arguments("stopped") + (isFirst ? [] : ["--resume"]), in: folder)
          try waitForMetrics(run, bytes: expected[2].count / share, process)
          process.send(signal)
          expectError(try process.wait(), "stopped in epoch", "--resume")
        }
        expectSuccess(try martlet(arguments("stopped") + ["--resume"], in: folder))
        try expectSame(run, expected)
      }
    }

    @Test func aKilledRunResumesToTheSameBits() throws {
      try withTemporaryFolder { folder in
        let (expected, time) = try undisturbed(in: folder)
        for _ in 0..<(runsFullTests ? 20 : 5) {
          let process = try MartletProcess(arguments("killed") + ["--resume"], in: folder)
          usleep(UInt32.random(in: 20_000...max(40_000, UInt32(time / .microseconds(1)) / 2)))
          process.send(SIGKILL)
          _ = try process.wait()
        }
        expectSuccess(try martlet(arguments("killed") + ["--resume"], in: folder))
        try expectSame(folder + "/killed", expected)
      }
    }

    @Test func aRunIsNotStartedOver() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        let first = ["train", "--model", "quickstart", "--data", "data", "--output", "run", "--epochs", "1", "--quiet"]
        expectSuccess(try martlet(first, in: folder))
        let before = try files(of: folder + "/run")
        expectError(try martlet(first, in: folder), "run", "--resume")
        expectError(
          try martlet(first + ["--resume", "--lr", "0.3"], in: folder), "state.safetensors",
          "learningRate was 0.1 and is 0.3")
        #expect(try files(of: folder + "/run") == before)
        let again = try martlet(first + ["--resume", "--json"], in: folder)
        #expect(try document(again)["total"] == 64)
        #expect(try files(of: folder + "/run") == before)
      }
    }
  }
}
