import Foundation
import Testing

@testable import Reporting

@Suite struct MetricsLogTests {
  /// The `step` of each line.
  private func steps(_ url: URL) throws -> [Int?] {
    try MetricsLog.lines(of: url).map { $0["step"]?.integerValue }
  }

  @Test func appendsOneObjectALine() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("metrics.jsonl")
      let log = try MetricsLog(url: url)
      try log.append(["step": 1, "loss": 0.5])
      try log.append(["step": 2, "loss": .number(.nan), "note": "a\nb"])
      let text = try String(contentsOf: url, encoding: .utf8)
      #expect(text == "{\"step\":1,\"loss\":0.5}\n{\"step\":2,\"loss\":null,\"note\":\"a\\nb\"}\n")
    }
  }

  @Test func truncatesAtTheFirstLineBeyondTheStep() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("metrics.jsonl")
      let log = try MetricsLog(url: url)
      try log.append(["event": "start"])
      for step in 1...5 { try log.append(["step": .integer(step)]) }
      try log.append(["event": "validation"])
      try log.truncate(afterStep: 5)
      #expect(try steps(url) == [nil, 1, 2, 3, 4, 5, nil])
      try log.truncate(afterStep: 3)
      #expect(try steps(url) == [nil, 1, 2, 3])
      try log.append(["step": 4])
      #expect(try steps(url) == [nil, 1, 2, 3, 4])
      try log.truncate(afterStep: 0)
      #expect(try steps(url) == [nil])
    }
  }

  @Test(arguments: ["{\"step\": 2, \"lo", "{", "{\"step\":2}", "\u{FF}"])
  func tornLastLineIsLeftOutAndRemoved(torn: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("metrics.jsonl")
      try Data("{\"step\":1}\n\(torn)".utf8).write(to: url)
      #expect(try steps(url) == [1])
      let log = try MetricsLog(url: url)
      try log.append(["step": 3])
      #expect(try String(contentsOf: url, encoding: .utf8) == "{\"step\":1}\n{\"step\":3}\n")
    }
  }

  @Test func brokenLineInTheMiddleIsNamed() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("metrics.jsonl")
      try Data("{\"step\":1}\nnonsense\n{\"step\":3}\n".utf8).write(to: url)
      let log = try MetricsLog(url: url)
      let error = #expect(throws: ReportingError.self) { try log.truncate(afterStep: 2) }
      #expect(error?.description.contains("line 2 of") == true)
      #expect(try Data(contentsOf: url).count == 31)
    }
  }

  @Test func missingLogIsNamed() {
    #expect(throws: ReportingError.self) {
      try MetricsLog.lines(of: URL(fileURLWithPath: "/nonexistent/metrics.jsonl"))
    }
  }
}
