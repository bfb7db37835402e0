import Foundation
import Testing

@testable import Reporting

@Suite struct EventFileTests {
  @Test func checksumOfTheStandardText() {
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8]()) == 0)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
  }

  /// The bytes that TensorBoard's own record writer makes for the same event.
  @Test func recordOfTheFileVersion() {
    let record = Event(wallTime: 1.5, content: .fileVersion("brain.Event:2")).record
    #expect(record.prefix(8) == [24, 0, 0, 0, 0, 0, 0, 0])
    #expect(record[8..<12] == [0xA3, 0x7F, 0x4B, 0x22])
    let message: [UInt8] =
      [0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x1A, 0x0D] + Array("brain.Event:2".utf8)
    #expect(Array(record[12..<36]) == message)
    #expect(record.suffix(4) == [0x2A, 0x28, 0x64, 0x6C])
  }

  @Test func recordOfAScalar() {
    let record = Event(wallTime: 2, step: 300, content: .scalars([("loss", 0.5)])).record
    let message: [UInt8] = [
      0x09, 0, 0, 0, 0, 0, 0, 0, 0x40,  // wall_time = 2
      0x10, 0xAC, 0x02,  // step = 300
      0x2A, 0x0D, 0x0A, 0x0B,  // summary, value
      0x0A, 0x04, 0x6C, 0x6F, 0x73, 0x73,  // tag = "loss"
      0x15, 0, 0, 0, 0x3F,  // simple_value = 0.5
    ]
    #expect(record[0] == UInt8(message.count))
    #expect(Array(record[12..<12 + message.count]) == message)
    #expect(record.suffix(4) == [0xDF, 0xC5, 0x2B, 0x60])
  }

  @Test func negativeStepsTakeTenBytes() {
    let message = Event(wallTime: 0, step: -1, content: .scalars([("x", 1)])).message
    #expect(Array(message[9..<20]) == [0x10] + [UInt8](repeating: 0xFF, count: 9) + [0x01])
  }

  @Test func writerNamesTheFileAndBeginsWithTheVersion() throws {
    try withTemporaryFolder { folder in
      let date = Date(timeIntervalSince1970: 1_700_000_000.25)
      let writer = try EventFileWriter(folder: folder, date: date, host: "edge/1")
      #expect(writer.path.hasSuffix("/events.out.tfevents.1700000000.edge_1"))
      try writer.append(tag: "loss", value: 0.5, step: 1, date: date)
      let expected =
        Event(wallTime: 1_700_000_000.25, content: .fileVersion("brain.Event:2")).record
        + Event(wallTime: 1_700_000_000.25, step: 1, content: .scalars([("loss", 0.5)])).record
      #expect(Array(try Data(contentsOf: URL(fileURLWithPath: writer.path))) == expected)
    }
  }

  @Test func resumedRunOpensASecondFileThatSortsLater() throws {
    try withTemporaryFolder { folder in
      let date = Date(timeIntervalSince1970: 1_700_000_000)
      let first = try EventFileWriter(folder: folder, date: date, host: "host")
      let second = try EventFileWriter(folder: folder, resumingAtStep: 7, date: date, host: "host")
      #expect(first.path < second.path)
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: second.path)))
      let restart = Event(wallTime: 1_700_000_000, step: 7, content: .restart)
      #expect(restart.message.suffix(6) == [0x10, 0x07, 0x3A, 0x02, 0x08, 0x01])
      #expect(bytes.suffix(restart.record.count) == restart.record[...])
    }
  }

  @Test func missingFolderIsNamed() throws {
    let folder = URL(fileURLWithPath: "/nonexistent/run")
    let error = #expect(throws: ReportingError.self) { try EventFileWriter(folder: folder) }
    #expect(error?.description.contains("/nonexistent/run") == true)
  }
}
