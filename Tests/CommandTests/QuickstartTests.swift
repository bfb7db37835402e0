import Foundation
import Formats
import NeuralNet
import Reporting
import Testing
import Training

extension CommandSuite {
  @Suite struct QuickstartTests {
    @Test func itLeavesAWholeRunFolder() throws {
      try withTemporaryFolder { folder in
        let outcome = try martlet("quickstart", "--epochs", "1", "--output", "run", "--json", in: folder)
        let report = try document(outcome)
        #expect(outcome.errors.contains("epoch 1/1"), "progress belongs on standard error")
        #expect(report["total"] == 1000)
        #expect(report["top1"]?.doubleValue ?? 0 > 0.4)
        #expect(names(in: folder) == ["run"])
        let files = names(in: folder + "/run")
        let expected = ["config.json", "metrics.jsonl", "model.safetensors", "report.html", "state.safetensors"]
        #expect(files.filter { !$0.hasPrefix("events.out.tfevents.") } == expected)
        #expect(files.count == expected.count + 1)
        let (model, classNames) = try ModelCheckpoint.load(folder + "/run/model.safetensors")
        #expect(model.configuration.name == "quickstart" && classNames.count == 10)
        let configuration = try JSONValue(parsing: fileBytes(folder + "/run/config.json"), source: "config.json")
        #expect(configuration["configuration"]?["epochs"] == 1)
        #expect(configuration["command"]?.arrayValue?.isEmpty == false)
        let html = String(decoding: try fileBytes(folder + "/run/report.html"), as: UTF8.self)
        for text in ["<svg", "Held-out pictures", "Ankle boot", "Time by layer"] { #expect(html.contains(text)) }
        let evaluation = try document(
          martlet(
            "evaluate", "--checkpoint", "run/model.safetensors", "--data", "fashion-mnist-mini", "--json", in: folder))
        #expect(evaluation["correct"] == report["correct"])
      }
    }

    @Test func itTalksToPeople() throws {
      try withTemporaryFolder { folder in
        let outcome = try martlet("quickstart", "--epochs", "1", in: folder)
        expectSuccess(outcome)
        #expect(outcome.output.contains("classifies held-out pictures"))
        #expect(names(in: folder + "/runs") == ["quickstart-1"])
      }
    }

    @Test func itNeedsEpochs() throws {
      try withTemporaryFolder { folder in
        expectError(try martlet("quickstart", "--epochs", "0", in: folder), "--epochs is 0")
        #expect(names(in: folder).isEmpty)
      }
    }
  }
}
