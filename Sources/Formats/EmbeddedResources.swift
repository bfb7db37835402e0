import Foundation

/// Finds the files that come with the program.
public enum EmbeddedResources {
  /// A folder among a module's resources: beside the program, or in the sources that it was built from.
  ///
  /// - Parameters:
  ///   - module: The name of the module, which is part of the name of the folder that the build makes.
  ///   - sources: The module's folder `Resources` in the sources.
  /// - Throws: ``FormatError`` if it is in neither place.
  public static func folder(named name: String, of module: String, sources: URL) throws -> String {
    let candidates = bundleFolders(of: module) + [sources.path]
    if let found = candidates.first(where: { FileManager.default.fileExists(atPath: "\($0)/\(name)") }) {
      return "\(found)/\(name)"
    }
    throw FormatError(
      file: name, found: "no such folder among the files that come with the program", expected: "it beside the program",
      advice: "copy the folder Martlet_\(module).resources of the build next to the program")
  }

  /// Folders in which the build puts resources, named after package and target.
  private static func bundleFolders(of module: String) -> [String] {
    var parents = [Bundle.main.bundleURL]
    if let executable = Bundle.main.executableURL {
      parents.append(executable.resolvingSymlinksInPath().deletingLastPathComponent())
    }
    if let resources = Bundle.main.resourceURL { parents.append(resources) }
    return parents.flatMap { parent in
      let entries = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
      return entries.filter { $0.hasSuffix("_\(module).resources") || $0.hasSuffix("_\(module).bundle") }
        .sorted()
        .map { parent.appending(path: $0).path }
    }
  }
}
