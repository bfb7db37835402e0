import Foundation

/// Names of run folders that nobody chose.
enum RunNames {
  /// The first of "prefix-1", "prefix-2", … below a folder that is not there yet.
  static func next(in folder: String, prefix: String) -> String {
    let names = (1...).lazy.map { "\(folder)/\(prefix)-\($0)" }
    return names.first { !FileManager.default.fileExists(atPath: $0) } ?? folder
  }
}
