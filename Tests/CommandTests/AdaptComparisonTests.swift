import Foundation
import Reporting
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension CommandSuite {
  /// `martlet adapt --compare`: several strategies, one after the other.
  @Suite struct AdaptComparisonTests {
    private func arguments(_ output: String, _ options: [String], epochs: Int = 2) -> [String] {
      [
        "adapt", "--checkpoint", "base.safetensors", "--data", "data", "--output", output, "--batch-size", "16",
        "--epochs", "\(epochs)", "--lr", "0.01", "--quiet", "--json",
      ] + options
    }

    @Test func eachRunIsThatOfItsStrategyAlone() throws {
      try withSamples { folder in
        func adapt(_ output: String, _ options: String...) throws -> JSONValue {
          try document(martlet(arguments(output, options), in: folder))
        }
        let runs = try #require(
          try adapt("run", "--layers", "last:1", "--compare", "exact,walsh:l1-4@conv1,filter:2@conv1,none").arrayValue)
        #expect(runs.map { $0["strategy"] } == ["exact", "walsh:l1-4@conv1", "filter:2@conv1", "none"])
        #expect(runs[1]["error"]?.stringValue?.contains("conv1") ?? false && runs[1]["top1"] == nil)

        let singles = [
          (runs[0], "exact", try adapt("single-exact", "--layers", "last:1", "--method", "exact")),
          (runs[2], "filter-2-conv1", try adapt("single-filter", "--layers", "conv1", "--method", "filter:2")),
          (runs[3], "none", try adapt("single-none", "--layers", "none", "--method", "exact")),
        ]
        for (run, name, single) in singles {
          #expect(run.objectValue?.keys == ["strategy"] + (single.objectValue?.keys ?? []))
          for key in ["layers", "top1", "loss", "learning_rate"] { #expect(run[key] == single[key], "\(name) \(key)") }
          for key in ["peak_tensor_mb", "step_flop", "backward_flop", "saved_bytes"] {
            #expect(run["measured"]?[key] == single["measured"]?[key], "\(name) \(key)")
          }
          #expect(run["output"]?.stringValue == "run/\(name)" && run["training_s"]?.doubleValue ?? 0 > 0)
          let output = try #require(single["output"]?.stringValue)
          #expect(
            try fileBytes("\(folder)/run/\(name)/model.safetensors")
              == fileBytes("\(folder)/\(output)/model.safetensors"))
          #expect(
            names(in: "\(folder)/run/\(name)").filter { !$0.hasPrefix("events") }
              == names(in: "\(folder)/\(output)").filter { !$0.hasPrefix("events") })
        }
        #expect(
          names(in: folder + "/run") == ["comparison.json", "exact", "filter-2-conv1", "none", "report.html"])
        let report = String(decoding: try fileBytes(folder + "/run/report.html"), as: UTF8.self)
        for text in ["Score against memory", "Score against operations", "filter:2@conv1", "cannot train"] {
          #expect(report.contains(text), "\(text)")
        }
        let again = arguments("run", ["--compare", "exact@all"])
        expectError(try martlet(again, in: folder), "holds a comparison already", "--resume")
        expectError(try martlet(arguments("run", []), in: folder), "run holds a comparison")
        expectError(
          try martlet(arguments("single-exact", ["--compare", "exact@all"]), in: folder),
          "holds a training, not a comparison")
      }
    }

    @Test func anEntryWithNothingToTrainLeavesTheOthers() throws {
      try withSamples { folder in
        let runs = try document(
          martlet(arguments("run", ["--compare", "none,exact@conv1", "--freeze", "fc"]), in: folder))
        #expect(runs[0]?["error"]?.stringValue?.contains("frozen") ?? false)
        #expect(runs[1]?["error"] == nil && runs[1]?["top1"]?.doubleValue != nil)
      }
    }

    @Test func aStoppedComparisonGoesOn() throws {
      try withSamples { folder in
        let options = ["--compare", "exact@last:1,filter:2@conv1,none"]
        let whole = try document(martlet(arguments("whole", options, epochs: 12), in: folder))
        for signal in [SIGINT, SIGKILL] {
          let resume = names(in: folder + "/run").isEmpty ? [] : ["--resume"]
          let process = try MartletProcess(arguments("run", options + resume, epochs: 12), in: folder)
          let log = folder + "/run/\(signal == SIGINT ? "filter-2-conv1" : "none")/metrics.jsonl"
          while process.isRunning && !FileManager.default.fileExists(atPath: log) { usleep(2000) }
          process.send(signal)
          let outcome = try process.wait()
          if signal == SIGINT { expectError(outcome, "stopped", "filter:2@conv1", "--resume") }
        }
        let first = try fileBytes(folder + "/run/exact-last-1/state.safetensors")
        let changed = try martlet(arguments("run", options + ["--resume", "--seed", "1"], epochs: 12), in: folder)
        expectError(changed, "other options", "seed was 0 and is 1")
        let resumed = try document(martlet(arguments("run", options + ["--resume"], epochs: 12), in: folder))
        for (run, expected) in zip(try #require(resumed.arrayValue), try #require(whole.arrayValue)) {
          #expect(run["top1"] == expected["top1"] && run["loss"] == expected["loss"])
        }
        for name in ["exact-last-1", "filter-2-conv1", "none"] {
          #expect(
            try fileBytes("\(folder)/run/\(name)/model.safetensors")
              == fileBytes("\(folder)/whole/\(name)/model.safetensors"), "\(name)")
        }
        #expect(resumed[0]?["training_s"]?.doubleValue != nil && resumed[1]?["training_s"]?.isNull ?? false)
        #expect(try fileBytes(folder + "/run/exact-last-1/state.safetensors") == first)
        try FileManager.default.removeItem(atPath: folder + "/run/exact-last-1/state.safetensors")
        let finished = try document(martlet(arguments("run", options + ["--resume"], epochs: 12), in: folder))
        #expect(finished == resumed)
        #expect(!names(in: folder + "/run/exact-last-1").contains("state.safetensors"))
      }
    }

    @Test func plansAreShownWithoutTraining() throws {
      try withSamples { folder in
        let plans = try document(
          martlet(
            arguments(
              "run", ["--layers", "last:1", "--compare", "exact,filter:64,plan", "--memory", "8MB", "--plan-only"]),
            in: folder))
        for index in [0, 2] {
          let cost = try #require(plans[index]?["measured"])
          #expect(cost["peak_tensor_mb"]?.doubleValue ?? 9 <= 8 && cost["backward_flop"]?.doubleValue ?? 0 > 0)
        }
        #expect(plans[1]?["error"]?.stringValue?.contains("larger than the map") ?? false)
        #expect(plans[2]?["gradient_quality"]?.doubleValue != nil && plans[0]?["top1"] == nil)
        #expect(names(in: folder + "/run").isEmpty)
        let table = try martlet(
          arguments("run", ["--compare", "exact@all,none", "--plan-only"]).filter { $0 != "--json" }, in: folder)
        expectSuccess(table)
        #expect(table.output.contains("backward FLOP") && table.output.split(separator: "\n").count == 4)
      }
    }

    @Test func badUseEndsBeforeAnyTraining() throws {
      try withSamples { folder in
        func refused(_ options: String...) throws -> MartletProcess.Outcome {
          let outcome = try martlet(arguments("run", options), in: folder)
          #expect(names(in: folder + "/run").isEmpty)
          return outcome
        }
        expectError(try refused("--compare", "exact,magic"), "--compare", "no strategy \"magic\"", "filter:PATCH")
        expectError(try refused("--compare", "exact@all,filter:0"), "the patch is 0")
        expectError(try refused("--compare", "none,exact@layer9"), "no layer is called \"layer9\"", "conv1")
        expectError(try refused("--compare", "none,none"), "name each strategy once")
        expectUsageError(try refused("--compare", "plan,exact"), "plan in --compare wants a budget")
        expectUsageError(try refused("--compare", "exact", "--method", "exact"), "leave out --method")
        expectUsageError(try refused("--compare", "exact", "--layer", "conv1=exact"), "--layer")
        expectError(
          try martlet(arguments("run", ["--compare", "filter:64@all,walsh:l1-4@conv1"]), in: folder),
          "none of the strategies can train", "filter:64@all", "walsh:l1-4@conv1")
      }
    }
  }
}
