import Foundation

extension AtomicFile {
  /// A hidden name for what is to become a file or folder beside it; it tells which process writes there.
  package static func temporaryName(for name: String, attempt: Int = 0) -> String {
    // File names are limited to 255 bytes, so only the start of a long name is kept.
    let stem = name.unicodeScalars.prefix(50).map(String.init).joined()
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return ".\(stem).\(getpid())-\(now.tv_nsec)-\(attempt).tmp"
  }

  /// Removes temporary files and folders in a folder whose processes were killed while they wrote; those of living ones
  /// stay.
  public static func removeLeftovers(in folder: String) {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
      guard let match = name.wholeMatch(of: /\..+\.([0-9]+)-[0-9]+-[0-9]+\.tmp/), let process = pid_t(match.1) else {
        continue
      }
      let isGone = kill(process, 0) != 0 && errno == ESRCH
      if isGone { try? files.removeItem(atPath: "\(folder)/\(name)") }
    }
  }

  /// Removes what killed processes left beside a file or folder that is about to be written.
  public static func removeLeftovers(beside path: String) {
    removeLeftovers(in: URL(filePath: path).resolvingSymlinksInPath().deletingLastPathComponent().path)
  }
}
