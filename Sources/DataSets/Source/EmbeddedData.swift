import Foundation

/// The data set that comes with the program.
enum EmbeddedData {
  static let name = "fashion-mnist-mini"
  static let summary = "the first 500 + 100 pictures of each class of fashion-mnist; comes with Martlet"

  /// The folder of the embedded set: beside the program, or in the sources that it was built from.
  ///
  /// - Throws: ``DataSetError`` if it is in neither place.
  static func folder() throws -> String {
    let candidates = bundleFolders() + [sourceFolder]
    if let found = candidates.first(where: { FileManager.default.fileExists(atPath: "\($0)/\(name)") }) {
      return "\(found)/\(name)"
    }
    throw DataSetError(
      "the embedded data set \(name) is not there; copy the folder Martlet_DataSets.resources of the build "
        + "next to the program")
  }

  /// Folders in which the build puts resources, named after package and target.
  private static func bundleFolders() -> [String] {
    var parents = [Bundle.main.bundleURL]
    if let executable = Bundle.main.executableURL {
      parents.append(executable.resolvingSymlinksInPath().deletingLastPathComponent())
    }
    if let resources = Bundle.main.resourceURL { parents.append(resources) }
    return parents.flatMap { parent in
      let entries = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
      return entries.filter { $0.hasSuffix("_DataSets.resources") || $0.hasSuffix("_DataSets.bundle") }
        .sorted()
        .map { parent.appending(path: $0).path }
    }
  }

  private static let sourceFolder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .appending(path: "Resources").path
}
