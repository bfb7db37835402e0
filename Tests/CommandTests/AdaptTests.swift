import Formats
import Foundation
import Reporting
import Testing

extension CommandSuite {
  /// `martlet adapt`: from a saved network to one for other pictures.
  @Suite struct AdaptTests {
    /// Runs in a folder with pictures of 8×8 in `data` and a network for them in `base.safetensors`.
    private func adapt(_ options: String..., in folder: String) throws -> MartletProcess.Outcome {
      try martlet(
        [
          "adapt", "--checkpoint", "base.safetensors", "--data", "data", "--output", "run", "--batch-size", "16",
          "--epochs", "2",
          "--quiet", "--json",
        ] + options, in: folder)
    }

    @Test func layersByHand() throws {
      try withSamples { folder in
        let result = try document(
          adapt(
            "--method", "gradient-filter", "--patch", "2", "--layers", "last:1", "--layer", "conv1=exact", "--explain",
            in: folder))
        let layers = try #require(result["layers"]?.arrayValue).map {
          [$0["layer"]?.stringValue, $0["strategy"]?.stringValue]
        }
        #expect(layers.first == ["conv1", "exact"] && layers.last?[1] == "filter:2")
        let rows = try #require(result["explanation"]?.arrayValue)
        #expect(
          rows.allSatisfy {
            $0["cosine"]?.doubleValue != nil
              && $0["saved_bytes"]?.integerValue == $0["predicted_saved_bytes"]?.integerValue
          })
        for key in ["top1", "loss", "learning_rate", "peak_tensor_mb", "peak_rss_mb", "micro_batch", "accumulation"] {
          #expect(result[key]?.doubleValue != nil, "\(key)")
        }
        #expect(
          names(in: folder + "/run").filter { !$0.hasPrefix("events") } == [
            "config.json", "delta.safetensors", "metrics.jsonl", "model.safetensors", "report.html",
            "state.safetensors",
          ])
        let report = String(decoding: try fileBytes(folder + "/run/report.html"), as: UTF8.self)
        #expect(report.contains("What trains, and how") && report.contains("cosine"))

        func evaluation(_ options: String...) throws -> JSONValue {
          try document(martlet(["evaluate", "--data", "data", "--json", "--quiet"] + options, in: folder))
        }
        let whole = try evaluation("--checkpoint", "run/model.safetensors")
        #expect(whole["top1"] == result["top1"])
        #expect(try evaluation("--checkpoint", "run/delta.safetensors", "--base", "base.safetensors") == whole)
        expectError(try adapt(in: folder), "run holds a training already", "--resume")
      }
    }

    @Test func aPlanKeepsToItsBudget() throws {
      try withSamples { folder in
        let plan = try document(adapt("--memory", "8MB", "--plan-only", in: folder))
        #expect(plan["measured"]?["peak_tensor_mb"]?.doubleValue ?? 9 <= 8 && plan["top1"] == nil)
        let result = try document(adapt("--memory", "8MB", in: folder))
        #expect(result["peak_tensor_mb"]?.doubleValue ?? 9 <= 8)
        #expect(result["gradient_quality"]?.doubleValue ?? 0 > 0.5)
      }
    }

    /// Without --json the plan's tables are the result, with or without progress.
    @Test func aPlanAloneIsPrinted() throws {
      try withSamples { folder in
        let command = [
          "adapt", "--checkpoint", "base.safetensors", "--data", "data", "--output", "run", "--batch-size", "16",
          "--layers", "last:1", "--method", "exact", "--plan-only",
        ]
        for options in [[], ["--quiet"], ["--explain"]] {
          let plan = try martlet(command + options, in: folder)
          expectSuccess(plan)
          for text in ["strategy", "exact", "a step of 16 pictures takes"] {
            #expect(plan.output.contains(text), "\(text)")
            #expect(!plan.errors.contains(text), "\(text)")
          }
          #expect(plan.output.contains("cosine") == (options == ["--explain"]))
        }
        let report = try martlet(command + ["--json"], in: folder)
        #expect(try document(report)["layers"]?.arrayValue?.count == 1)
        #expect(report.errors.contains("a step of 16 pictures takes"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/run"))
      }
    }

    @Test func anAdaptationGoesOnOnlyAsItWasAskedFor() throws {
      try withSamples { folder in
        let result = try document(
          adapt("--layers", "last:1", "--patch", "2", "--method", "gradient-filter", in: folder))
        func resume(_ options: [String]) throws -> MartletProcess.Outcome {
          try martlet(
            ["adapt", "--checkpoint", "base.safetensors", "--data", "data", "--output", "run", "--epochs", "2"]
              + ["--quiet", "--json", "--resume", "--plan-only"] + options, in: folder)
        }
        let layers = ["--layers", "last:1", "--method", "filter:2"]
        let plan = try document(resume(["--batch-size", "16"] + layers))
        #expect(plan["layers"] == result["layers"] && plan["top1"] == nil)
        expectError(try resume(layers), "other options", "batch_size was 16 and is 64", "another --output")
        for (option, difference) in [
          ("--accumulate=2", "accumulation was 1 and is 2"), ("--layers=all", #"layers was "last:1" and is "all""#),
          ("--method=exact", #"method was "filter:2" and is "exact""#),
          ("--norms=all", #"norms was "shifts" and is "all""#), ("--memory=8MB", "memory was null and is 8388608"),
          ("--layer=conv1=exact", #"layer was [] and is ["conv1=exact"]"#),
        ] {
          expectError(try resume(["--batch-size", "16"] + layers + [option]), "other options", difference)
        }
      }
    }

    @Test func adaptersAreMergedWhenTheModelIsSaved() throws {
      try withSamples { folder in
        _ = try document(adapt("--method", "bias", "--layers", "all", "--lr", "0.01", in: folder))
        let base = try SafetensorsFile(folder + "/base.safetensors").names
        #expect(try SafetensorsFile(folder + "/run/model.safetensors").names.sorted() == base.sorted())
        #expect(try SafetensorsFile(folder + "/run/delta.safetensors").names.count < base.count)
      }
    }

    @Test func badUseEndsBeforeAnyTraining() throws {
      try withSamples { folder in
        func expectRefusal(_ options: String..., texts: String...) throws {
          let outcome = try martlet(
            [
              "adapt", "--checkpoint", "base.safetensors", "--data", "data", "--output", "run", "--batch-size", "16",
              "--quiet",
            ] + options, in: folder)
          expectError(outcome)
          for text in texts { #expect(outcome.errors.contains(text), "\(text) is not in: \(outcome.errors)") }
          #expect(!names(in: folder + "/run").contains { $0.hasSuffix("safetensors") })
        }
        try expectRefusal(
          "--method", "gradient-filter", "--patch", "64", "--layers", "last:1", texts: "larger than the map of")
        try expectRefusal("--method", "gradient-filter", "--patch", "0", texts: "the patch is 0")
        try expectRefusal("--method", "walsh:l1-4", "--layers", "conv1", texts: "conv1", "1×1 convolutions")
        try expectRefusal("--method", "lora:99", "--layers", "conv1", texts: "conv1", "lora:99")
        try expectRefusal("--method", "magic", texts: "no strategy \"magic\"", "filter:PATCH")
        try expectRefusal("--layers", "layer9", texts: "no layer is called \"layer9\"", "conv1")
        try expectRefusal("--layers", "last:0", texts: "last:0")
        try expectRefusal("--layer", "conv1", texts: "--layer conv1 has no strategy")
        try expectRefusal("--memory", "4KB", texts: "no plan fits the budget", "the smallest that would do is")
        try expectRefusal("--memory", "much", texts: "much", "--memory")
        try expectRefusal("--flops", "10", texts: "no plan fits the budget", "would do")
        expectUsageError(
          try martlet("adapt", "--checkpoint", "b", "--data", "d", "--output", "r", "--patch", "4"),
          "--patch belongs to")
        expectUsageError(try martlet("adapt", "--data", "data", "--output", "run"), "--checkpoint")
      }
    }

    @Test func layersAreTimed() throws {
      let result = try document(
        martlet(
          "bench", "conv-backward", "--in", "4", "--out", "8", "--batch", "2", "--height", "8", "--width", "8",
          "--patch", "4",
          "--steps", "2", "--json"))
      for key in [
        "exact_ms", "filtered_ms", "compressed_ms", "forward_ms", "pooling_ms", "median_ms", "min_ms", "p95_ms",
        "peak_rss_mb",
      ] {
        #expect(result[key]?.doubleValue ?? 0 > 0, "\(key)")
      }
      #expect(
        result["saved_bytes"]?.integerValue == 2 * 4 * 4 * 4
          && result["exact_saved_bytes"]?.integerValue == 2 * 64 * 4 * 4)
      expectError(
        try martlet("bench", "conv-backward", "--height", "8", "--width", "8", "--patch", "9"), "--patch is 9")
    }
  }
}
