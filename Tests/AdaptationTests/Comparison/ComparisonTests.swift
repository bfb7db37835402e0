import Foundation
import Reporting
import Testing
import Training

@testable import Adaptation

extension AdaptationSuite {
  /// What a comparison keeps in its folder.
  @Suite struct ComparisonTests {
    private static let options: JSONObject = ["epochs": 2, "learningRate": 0.001]

    private func entries() throws -> [ComparisonEntry] { try ComparisonEntry.list(parsing: "exact,filter:2,none") }

    private func open(
      _ path: String, options: JSONObject = options, resumes: Bool = false
    ) throws -> Comparison {
      try Comparison(entries(), options: options, folder: RunFolder(path), resumes: resumes)
    }

    private func run(_ entry: ComparisonEntry, score: Double, peak: Double = 2) -> ComparedRun {
      ComparedRun(
        entry,
        [
          "layers": [["layer": "conv1", "strategy": "exact"]], "top1": .number(score), "training_s": 75,
          "measured": [
            "peak_tensor_mb": .number(peak), "step_ms": 12.5, "step_flop": 2e9, "backward_flop": 1e9,
            "saved_bytes": 2048,
          ],
        ])
    }

    private func expectRefusal(_ texts: String..., from body: () throws -> Void) {
      let error = #expect(throws: TrainingError.self, performing: body)
      for text in texts { #expect(error?.description.contains(text) ?? false, "\(text): \(error?.description ?? "")") }
    }

    @Test func aResumedComparisonKnowsWhatIsDone() throws {
      try withTemporaryFolder { folder in
        var comparison = try open(folder)
        let entries = comparison.entries
        try comparison.record(run(entries[1], score: 0.5), of: entries[1])
        _ = try comparison.folder(of: entries[0])
        try comparison.record(ComparedRun(entries[0], failure: StrategyError("too large")), of: entries[0])
        #expect(comparison.runs.map(\.name) == ["exact", "filter:2"])
        #expect(try !FileManager.default.contentsOfDirectory(atPath: folder).contains("exact"))

        let resumed = try open(folder, resumes: true)
        #expect(resumed[entries[1]]?.document == comparison[entries[1]]?.document)
        #expect(resumed[entries[0]] == nil && resumed[entries[2]] == nil)
      }
    }

    @Test func onlyTheSameComparisonGoesOn() throws {
      try withTemporaryFolder { folder in
        _ = try open(folder)
        expectRefusal("holds a comparison already", "--resume") { _ = try open(folder) }
        expectRefusal("epochs was 2 and is 3") {
          _ = try open(folder, options: ["epochs": 3, "learningRate": 0.001], resumes: true)
        }
        expectRefusal("seed was unset and is 1") {
          _ = try open(folder, options: Self.options.merging(["seed": 1]), resumes: true)
        }
        _ = try open(folder, resumes: true)
      }
      try withTemporaryFolder { folder in
        try Data().write(to: URL(fileURLWithPath: folder + "/state.safetensors"))
        expectRefusal("holds a training, not a comparison") { _ = try open(folder, resumes: true) }
      }
    }

    @Test(arguments: ["", "{", "[]", "{\"martlet\": \"martlet-comparison-9\", \"options\": {}, \"runs\": []}"])
    func aDamagedFileIsRefused(_ text: String) throws {
      try withTemporaryFolder { folder in
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/comparison.json"))
        #expect(throws: (any Error).self) { try open(folder, resumes: true) }
      }
    }

    @Test func runsWithoutNumbersAreTriedAgain() throws {
      try withTemporaryFolder { folder in
        let text = """
          {"martlet": "martlet-comparison-1", "options": {"epochs": 2, "learningRate": 0.001},
           "runs": [7, {}, {"strategy": "exact"}, {"strategy": 1, "top1": 0.5}, {"strategy": "none", "top1": 0.5}]}
          """
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/comparison.json"))
        #expect(try open(folder, resumes: true).runs.map(\.name) == ["none"])
      }
    }

    @Test func theTableHasTheBestFirstAndFailuresLast() throws {
      let entries = try entries()
      let table = ComparisonTable.table([
        ComparedRun(entries[0], failure: StrategyError("too large")), run(entries[1], score: 0.5),
        run(entries[2], score: 0.75),
      ])
      #expect(
        table.columns.map(\.title) == [
          "strategy", "layers", "accuracy", "peak", "kept", "step FLOP", "backward FLOP", "ms a step", "training",
          "cannot train",
        ])
      #expect(table.rows[0] == ["none", "1", "75.0 %", "2.00 MiB", "2.00 KiB", "2.00 G", "1.00 G", "12.5", "1:15", ""])
      #expect(table.rows.map { $0[0] } == ["none", "filter:2", "exact"])
      #expect(table.rows[2] == ["exact"] + Array(repeating: "–", count: 8) + ["too large"])
      let plans = ComparisonTable.table([ComparedRun(entries[0], ["measured": ["step_ms": 1]])])
      #expect(plans.columns.map(\.title).contains("peak") && !plans.columns.map(\.title).contains("accuracy"))
    }

    @Test func theReportHasAPointAndACurveForEachRun() throws {
      try withTemporaryFolder { folder in
        var comparison = try open(folder)
        for (entry, score) in zip(comparison.entries, [0.5, 0.75]) {
          let log = try MetricsLog(url: comparison.folder(of: entry).metrics)
          for epoch in 0..<2 {
            try log.append(["split": "validation", "step": 1, "epoch": .integer(epoch), "accuracy": .number(score)])
          }
          try comparison.record(run(entry, score: score, peak: score), of: entry)
        }
        try comparison.record(
          ComparedRun(comparison.entries[2], failure: StrategyError("<too large>")), of: comparison.entries[2])
        try ComparisonReport(title: "Pictures", command: "martlet adapt", comparison).write()
        let html = try String(contentsOf: URL(fileURLWithPath: folder + "/report.html"), encoding: .utf8)
        #expect(html.contains("Score against memory") && html.contains("Score against operations"))
        #expect(html.contains("exact: 512 KiB, 50.0 %") && html.contains("filter:2: 768 KiB, 75.0 %"))
        #expect(html.contains("exact: from 50.0 % to 50.0 %") && html.contains("&lt;too large&gt;"))
        #expect(html.contains("<dt>best accuracy</dt><dd class=\"value\">75.0 %</dd><dd class=\"note\">filter:2</dd>"))
      }
    }
  }
}
