import Formats
import Foundation
import Reporting

/// The folder of a run: configuration, metrics, TensorBoard events, weights, report.
public struct RunFolder: Sendable {
  /// Where it is.
  public let url: URL
  /// It and the folders around it that were not there before, the innermost first.
  private let made: [String]

  /// Makes the folder if it is not there, and removes what a killed run left half-written.
  /// - Throws: ``TrainingError`` if it has no name or cannot be made.
  public init(_ path: String) throws {
    guard !path.isEmpty else { throw TrainingError("the run folder has an empty name; name a folder with --output") }
    url = URL(fileURLWithPath: path, isDirectory: true)
    made = sequence(first: url.standardizedFileURL) { $0.deletingLastPathComponent() }.lazy.map(\.path)
      .prefix { !FileManager.default.fileExists(atPath: $0) }
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      removeIfUnused()
      throw TrainingError("the run folder \(path) cannot be made: \(error.localizedDescription)")
    }
    AtomicFile.removeLeftovers(in: url.path)
  }

  /// Removes the folders that were made here and have nothing in them: a run was refused before it began.
  public func removeIfUnused() {
    for folder in made {
      guard rmdir(folder) == 0 else { return }
    }
  }

  /// The whole state of the training, for resuming.
  public var state: String { file("state.safetensors") }
  /// The weights, for everybody.
  public var model: String { file("model.safetensors") }
  /// One JSON object for each line: a step or an evaluation.
  public var metrics: URL { url.appendingPathComponent("metrics.jsonl") }
  /// The charts.
  public var report: String { file("report.html") }

  /// Whether a training was begun here.
  public var hasState: Bool { FileManager.default.fileExists(atPath: state) }

  /// The options of the training that was begun here; nil where there is none.
  /// - Throws: `FormatError` or ``TrainingError`` where its state cannot be read.
  public func savedConfiguration() throws -> TrainingConfiguration? {
    hasState ? try TrainingCheckpoint.configuration(in: state) : nil
  }

  /// The path of a file in the folder.
  public func file(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes `config.json`: what is needed to run again.
  /// - Parameters:
  ///   - configuration: the options of the training.
  ///   - machine: command, versions, CPU and whatever else explains the numbers.
  /// - Throws: `FormatError` if the file cannot be written.
  public func write(_ configuration: TrainingConfiguration, machine: JSONObject) throws {
    var document = machine
    document["configuration"] = .object(try configuration.document)
    try write(JSONValue.object(document).serialized(pretty: true) + "\n", to: file("config.json"))
  }

  func write(_ text: String, to path: String) throws { try AtomicFile.write(Array(text.utf8), to: path) }
}
