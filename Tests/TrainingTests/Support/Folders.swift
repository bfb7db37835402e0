import Foundation
import Testing

/// Calls `body` with the path of a new folder and removes the folder afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "training-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

func fileBytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

/// Expects an error whose description holds each text.
func expectError(
  _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) { try body() }
  guard let error else { return }
  for text in texts { #expect("\(error)".contains(text), "\(error)", sourceLocation: sourceLocation) }
}
