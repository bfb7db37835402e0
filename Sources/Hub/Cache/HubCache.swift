import Formats
import Foundation

/// The folder of downloaded files in the layout of the Hugging Face tools, so that each finds what the other fetched:
/// `models--OWNER--NAME/blobs/ETAG`, `snapshots/COMMIT/PATH` as a link to it, and `refs/REVISION` with the commit.
struct HubCache {
  private let folder: String

  /// The part of a cache that belongs to one repository.
  init(_ root: String, repository: String) {
    folder = "\(root)/models--" + repository.replacingOccurrences(of: "/", with: "--")
  }

  func blob(_ etag: String) -> String { "\(folder)/blobs/\(etag)" }

  /// The commit that a revision stood for when it was last asked for.
  func commit(of file: HubFile) -> String? {
    if file.isPinned { return file.revision }
    guard let text = try? Bytes.read("\(folder)/refs/\(file.revision)", maximumBytes: 1024).array() else { return nil }
    let commit = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return ContentDigest.isHexadecimal(commit, count: 40) ? commit : nil
  }

  /// The path of a file at a commit, if it is there.
  func snapshot(_ file: HubFile, commit: String) -> String? {
    let path = snapshotPath(file, commit)
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  private func snapshotPath(_ file: HubFile, _ commit: String) -> String {
    "\(folder)/snapshots/\(commit)/\(file.path)"
  }

  /// Makes the folder of blobs.
  func prepare() throws { try makeFolder("\(folder)/blobs") }

  /// Links a blob as a file of a commit, and remembers the commit of the revision. Each step leaves a sound cache.
  func link(_ file: HubFile, commit: String, etag: String) throws -> String {
    let path = snapshotPath(file, commit)
    try makeFolder((path as NSString).deletingLastPathComponent)
    let up = String(repeating: "../", count: file.path.split(separator: "/").count + 1)
    let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).tmp"
    unlink(temporary)
    guard symlink("\(up)blobs/\(etag)", temporary) == 0, rename(temporary, path) == 0 else {
      throw HubError.system(path, doing: "link the file")
    }
    if !file.isPinned {
      let reference = "\(folder)/refs/\(file.revision)"
      try makeFolder((reference as NSString).deletingLastPathComponent)
      try AtomicFile.write(Array(commit.utf8), to: reference)
    }
    return path
  }

  private func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw HubError("\(path): could not create the folder: \(error.localizedDescription)")
    }
  }
}
