import Foundation

/// Data sets and checkpoints that lie beside the package, for tests that are skipped where they are absent.
public enum SharedData {
  /// The folder `../shared/data`, seen from the root of the package.
  public static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/data")

  /// The path of a file or folder in it; nil where it is absent.
  public static func path(_ name: String) -> String? {
    let path = folder.appendingPathComponent(name).path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// The path of a file of reference numbers beside the data; nil where it is absent.
  public static func golden(_ name: String) -> String? {
    let path = folder.deletingLastPathComponent().appendingPathComponent("golden").appendingPathComponent(name).path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}
