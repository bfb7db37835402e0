import Formats
import Foundation
import Reporting
import Training

/// A comparison in a run folder: `comparison.json` holds what is done, and each entry has a run folder of its own below.
public struct Comparison {
  /// Where it is.
  public let folder: RunFolder
  /// What is compared.
  public let entries: [ComparisonEntry]
  private let options: JSONObject
  private var done: [String: ComparedRun]

  private static let version = "martlet-comparison-1"

  /// A new comparison, or one to go on with.
  /// - Parameters:
  ///   - entries: in the order in which they run.
  ///   - options: everything that decides the results besides the entries; a comparison goes on only with the same.
  ///   - folder: where the comparison and the folders of its runs are.
  ///   - resumes: whether to go on with the one in the folder, if there is one.
  /// - Throws: `TrainingError` where the folder holds something else, and what reading and writing files throws.
  public init(_ entries: [ComparisonEntry], options: JSONObject, folder: RunFolder, resumes: Bool) throws {
    try Comparison.check(folder, resumes: resumes)
    (self.entries, self.options, self.folder) = (entries, options, folder)
    done = folder.holdsComparison ? try Comparison.runs(in: folder.comparison, options: options) : [:]
    try save()
  }

  /// Stops where a folder holds a training, or a comparison that is not to be resumed.
  /// - Throws: `TrainingError`.
  public static func check(_ folder: RunFolder, resumes: Bool) throws {
    if folder.hasState {
      throw TrainingError("\(folder.url.path) holds a training, not a comparison; choose another --output")
    }
    if folder.holdsComparison && !resumes {
      throw TrainingError(
        "\(folder.url.path) holds a comparison already; go on with --resume or choose another --output")
    }
  }

  /// The runs that ended, by entry; what could not train is tried again.
  private static func runs(in path: String, options: JSONObject) throws -> [String: ComparedRun] {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw TrainingError("\(path) cannot be read; choose another --output")
    }
    let file = try JSONValue(parsing: bytes, source: path)
    guard file["martlet"]?.stringValue == version, let saved = file["options"]?.objectValue,
      let runs = file["runs"]?.arrayValue
    else {
      throw TrainingError("\(path) is no comparison in the format \(version); choose another --output")
    }
    let differences = options.differences(from: saved)
    guard differences.isEmpty else {
      throw TrainingError(
        "\(path) belongs to a comparison with other options: \(differences.joined(separator: ", ")); use the same or "
          + "another --output")
    }
    let ended = runs.compactMap(\.objectValue).map(ComparedRun.init).filter { $0.failure == nil && $0.score != nil }
    return Dictionary(ended.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
  }

  /// What became of an entry; nil where it was not tried yet.
  public subscript(entry: ComparisonEntry) -> ComparedRun? { done[entry.text] }

  /// What became of the entries so far, in their order.
  public var runs: [ComparedRun] { entries.compactMap { self[$0] } }

  /// The run folder of an entry.
  /// - Throws: `TrainingError` if it cannot be made.
  public func folder(of entry: ComparisonEntry) throws -> RunFolder { try RunFolder(url(of: entry).relativePath) }

  private func url(of entry: ComparisonEntry) -> URL { folder.url.appendingPathComponent(entry.folderName) }

  /// Notes what became of an entry, in one step: a comparison that is killed has the entry's result or not.
  ///
  /// Of an entry that cannot train no empty folder stays.
  /// - Throws: `FormatError` if the file cannot be written.
  public mutating func record(_ run: ComparedRun, of entry: ComparisonEntry) throws {
    done[entry.text] = run
    try save()
    if run.failure != nil, (try? FileManager.default.contentsOfDirectory(atPath: url(of: entry).path)) == [] {
      try FileManager.default.removeItem(at: url(of: entry))
    }
  }

  private func save() throws {
    let document: JSONValue = [
      "martlet": .string(Self.version), "options": .object(options), "runs": JSONValue(runs) { .object($0.document) },
    ]
    try AtomicFile.write(Array((document.serialized(pretty: true) + "\n").utf8), to: folder.comparison)
  }
}

extension RunFolder {
  fileprivate var comparison: String { file("comparison.json") }

  /// Whether a comparison was begun here.
  public var holdsComparison: Bool { FileManager.default.fileExists(atPath: comparison) }
}
