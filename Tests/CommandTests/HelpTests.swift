import Foundation
import Testing

extension CommandSuite {
  @Suite struct HelpTests {
    static let options: [(verb: [String], options: [String])] = [
      (
        [],
        [
          "quickstart", "train", "evaluate", "predict", "profile", "bench", "models", "data", "doctor", "export",
          "convert", "weights", "--version",
        ]
      ),
      (["quickstart"], ["--output", "--epochs", "--threads", "--dtype", "--seed", "--json", "--quiet"]),
      (
        ["train"],
        [
          "--model", "--data", "--data-root", "--epochs", "--batch-size", "--optimizer", "--lr", "--schedule",
          "--dtype", "--seed", "--threads", "--output", "--resume", "--ema", "--mixup", "--cutmix", "--warm-up",
          "--clip-norm", "--label-smoothing", "--weights", "--wrapper", "--json", "--accumulate", "--freeze",
          "--freeze-norms",
          "--patience", "--keep-best",
        ]
      ),
      (
        ["adapt"],
        [
          "--method", "--layers", "--layer", "--compare", "--norms", "--memory", "--time-per-step", "--flops",
          "--explain", "--plan-only", "--resume", "--output", "--json",
        ]
      ),
      (
        ["evaluate"], ["--model", "--weights", "--checkpoint", "--base", "--data", "--batch-size", "--dtype", "--json"]
      ),
      (["predict"], ["<pictures>", "--checkpoint", "--input", "--output", "--layout", "--top", "--json"]),
      (["profile"], ["--model", "--batch", "--input", "--forward-only", "--by-operation", "--dtype", "--json"]),
      (["bench"], ["train-step"]),
      (["bench", "train-step"], ["--model", "--batch", "--input", "--dtype", "--threads", "--steps", "--json"]),
      (["models"], ["--json"]),
      (
        ["convert"],
        ["<input>", "--model", "--output", "--classes", "--wrapper", "--allow-missing", "--seed", "--json"]
      ),
      (["weights"], ["list", "fetch"]),
      (["weights", "fetch"], ["<name>", "--file", "--revision", "--output", "--update", "--json"]),
      (["data"], ["--data-root", "--json"]),
      (["doctor"], ["<model>", "--base", "--wrapper", "--target", "--json"]),
      (
        ["export"],
        [
          "--checkpoint", "--model", "--weights", "--format", "--output", "--dtype", "--external-data", "--input",
          "--json",
        ]
      ),
    ]

    @Test(arguments: options.indices) func everyOptionIsExplained(_ index: Int) throws {
      let (verb, options) = Self.options[index]
      let outcome = try martlet(verb + ["--help"])
      expectSuccess(outcome)
      #expect(outcome.errors.isEmpty)
      for option in options { #expect(outcome.output.contains(option), "\(verb) \(option)") }
    }

    @Test func theVersionIsOneLine() throws {
      let outcome = try martlet("--version")
      expectSuccess(outcome)
      #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }

    @Test func unknownVerbsAndOptionsAreRefused() throws {
      expectUsageError(try martlet("fly"), "fly")
      expectUsageError(try martlet("models", "--colour"), "--colour")
      expectUsageError(try martlet("models", "surplus"), "surplus")
      expectUsageError(try martlet("bench", "train-step", "--model"), "--model")
      expectUsageError(try martlet("train", "--data", "fashion-mnist-mini", "--output", "x"), "--model")
    }

    @Test(.enabled(if: runsFullTests)) func helpStartsQuickly() throws {
      let clock = ContinuousClock()
      let times = try (0..<10).map { _ in
        try clock.measure { expectSuccess(try martlet("--help")) }
      }
      let fastest = try #require(times.min())
      #expect(fastest < .milliseconds(50))
    }
  }
}
