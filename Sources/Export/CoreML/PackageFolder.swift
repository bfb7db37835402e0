import Formats
import Foundation

/// Writing of whole folders that leaves the old one as it was until the new one is complete.
///
/// The new folder is filled under another name beside the destination and then renamed. An old package is renamed
/// first and removed last; between the two renames the destination is missing for a moment, because a folder cannot
/// be renamed over another. What a killed process leaves has a name that `AtomicFile.removeLeftovers(beside:)` knows.
enum PackageFolder {
  /// Fills a folder by calling a body with its path.
  /// - Parameter mark: a file that every package has; a folder without it is not replaced.
  /// - Throws: `FormatError` if the folder cannot be written, or what the body throws; then the old folder is as it
  ///   was.
  static func write(to path: String, mark: String, _ body: (String) throws -> Void) throws {
    let files = FileManager.default
    let url = URL(filePath: path)
    let old = try isPackage(path, mark: mark)
    let (folder, name) = (url.deletingLastPathComponent(), url.lastPathComponent)
    let new = folder.appending(path: AtomicFile.temporaryName(for: name))
    // No temporary name: what a kill between the renames leaves here is the only whole package, and must stay.
    let aside = folder.appending(path: ".\(name).\(UUID().uuidString).old")
    do {
      try files.createDirectory(at: new, withIntermediateDirectories: false)
    } catch {
      throw failure(path, "make", error, "check that the folder around it exists and may be written to")
    }
    do {
      try body(new.path)
      if old { try files.moveItem(at: url, to: aside) }
      do {
        try files.moveItem(at: new, to: url)
      } catch {
        if old { try? files.moveItem(at: aside, to: url) }
        throw failure(path, "put in place", error)
      }
    } catch {
      try? files.removeItem(at: new)
      throw error
    }
    if old {
      try? files.moveItem(at: aside, to: new)
      try? files.removeItem(at: new)
    }
  }

  private static func isPackage(_ path: String, mark: String) throws -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    guard FileManager.default.fileExists(atPath: "\(path)/\(mark)") else {
      throw FormatError(
        file: path, found: "something that is no package", expected: "a package or nothing at this path",
        advice: "choose another path")
    }
    return true
  }

  private static func failure(_ path: String, _ action: String, _ error: any Error, _ advice: String = "")
    -> FormatError
  {
    FormatError(file: path, found: "the folder cannot be \(action): \(error.localizedDescription)", advice: advice)
  }
}
