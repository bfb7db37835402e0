import Foundation
import Testing

/// The run times of other formats, called through Python.
enum RunTime {
  /// A Python that has them; nil where long tests were not asked for.
  static let python: String? = {
    let environment = ProcessInfo.processInfo.environment
    return environment["FULL_TESTS"] == "1" ? environment["MARTLET_PYTHON"] : nil
  }()

  /// Runs an action of the script on a folder and gives what it prints.
  @discardableResult
  static func run(_ action: String, _ folder: String) throws -> String {
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "References/exports.py")
    let process = Process()
    process.executableURL = URL(filePath: try #require(python))
    process.arguments = [script.path, action, folder]
    let (output, errors) = ("\(folder)/output.txt", "\(folder)/errors.txt")
    for path in [output, errors] { try Data().write(to: URL(filePath: path)) }
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
    try process.run()
    process.waitUntilExit()
    let complaint = try String(contentsOfFile: errors, encoding: .utf8)
    try #require(process.terminationStatus == 0, "\(complaint.suffix(2000))")
    return try String(contentsOfFile: output, encoding: .utf8)
  }
}
