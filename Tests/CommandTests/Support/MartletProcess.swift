import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The built program, run as its users run it.
final class MartletProcess {
  /// What a run left behind.
  struct Outcome {
    /// The exit code, or minus the number of the signal that ended it.
    let status: Int
    let output: String
    let errors: String

    /// The lines that say what went wrong.
    var errorLines: [Substring] { errors.split(separator: "\n") }
  }

  /// The program beside the test bundle.
  static let executable: URL = {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let tests = bundle ?? Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
    return tests.deletingLastPathComponent().appending(path: "martlet")
  }()

  private let process = Process()
  private let scratch: URL

  /// Starts the program.
  /// - Parameters:
  ///   - limit: The most 512-byte blocks that a file may have; nil for no limit.
  ///   - environment: Variables beside those of the tests.
  init(
    _ arguments: [String], in folder: String? = nil, fileLimit limit: Int? = nil, environment: [String: String] = [:]
  ) throws {
    scratch = FileManager.default.temporaryDirectory.appending(path: "martlet-output-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    if let limit {
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", "ulimit -f \(limit); exec \"$0\" \"$@\"", Self.executable.path] + arguments
    } else {
      process.executableURL = Self.executable
      process.arguments = arguments
    }
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "MARTLET_DATA" }
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.newFile(scratch.appending(path: "output"))
    process.standardError = try Self.newFile(scratch.appending(path: "errors"))
    try process.run()
  }

  deinit {
    if process.isRunning { send(SIGKILL) }
    try? FileManager.default.removeItem(at: scratch)
  }

  private static func newFile(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  var isRunning: Bool { process.isRunning }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for the end.
  func wait() throws -> Outcome {
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: scratch.appending(path: name)), as: UTF8.self)
    }
    let status = Int(process.terminationStatus)
    return try Outcome(
      status: process.terminationReason == .exit ? status : -status, output: text("output"),
      errors: text("errors"))
  }
}

/// Runs the program to its end.
func martlet(
  _ arguments: String..., in folder: String? = nil, fileLimit: Int? = nil
) throws -> MartletProcess.Outcome {
  try martlet(arguments, in: folder, fileLimit: fileLimit)
}

/// Runs the program to its end.
func martlet(
  _ arguments: [String], in folder: String? = nil, fileLimit: Int? = nil
) throws -> MartletProcess.Outcome {
  try MartletProcess(arguments, in: folder, fileLimit: fileLimit).wait()
}

/// Whether the long versions of tests were asked for.
let runsFullTests = ProcessInfo.processInfo.environment["FULL_TESTS"] == "1"
