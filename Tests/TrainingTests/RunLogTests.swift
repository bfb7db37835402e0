import Foundation
import Reporting
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct RunLogTests {
    @Test func resumingDropsWhatCameAfter() throws {
      try withTemporaryFolder { path in
        let folder = try RunFolder(path)
        do {
          let log = try RunLog(folder, afterStep: 0)
          for step in 1...5 { try log.append("train", step: step, epoch: 0, ["loss": Double(step)]) }
        }
        do {
          let log = try RunLog(folder, afterStep: 3)
          try log.append("validation", step: 4, epoch: 1, ["loss": 40, "accuracy": 0.5])
        }
        let lines = try MetricsLog.lines(of: folder.metrics)
        #expect(lines.compactMap { $0["step"]?.integerValue } == [1, 2, 3, 4])
        #expect(lines.last?["split"] == "validation")
        #expect(lines.last?["epoch"] == 1)
        #expect(lines.last?["accuracy"]?.doubleValue == 0.5)
      }
    }

    @Test func aTornLineIsDropped() throws {
      try withTemporaryFolder { path in
        let folder = try RunFolder(path)
        do {
          let log = try RunLog(folder, afterStep: 0)
          try log.append("train", step: 1, epoch: 0, ["loss": 1])
        }
        let handle = try FileHandle(forWritingTo: folder.metrics)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"split\":\"tra".utf8))
        try handle.close()
        let log = try RunLog(folder, afterStep: 1)
        try log.append("train", step: 2, epoch: 0, ["loss": 2])
        #expect(try MetricsLog.lines(of: folder.metrics).compactMap { $0["step"]?.integerValue } == [1, 2])
      }
    }

    /// Each start writes a file of its own that tells TensorBoard which points of earlier files no longer count.
    @Test func everyStartHasAnEventFile() throws {
      try withTemporaryFolder { path in
        let folder = try RunFolder(path)
        for step in [0, 0, 3] { _ = try RunLog(folder, afterStep: step) }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasPrefix("events.") }
        #expect(names.count == 3)
        let sizes = try names.map { try fileBytes("\(path)/\($0)").count }
        #expect(Set(sizes).count == 1, "each holds a version and a restart: \(sizes)")
      }
    }
  }
}
