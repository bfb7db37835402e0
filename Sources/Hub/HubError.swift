import Foundation

/// What went wrong with weights from the hub: what was found, and what to do about it.
public struct HubError: Error, CustomStringConvertible {
  public let description: String

  /// An error with its sentence.
  public init(_ description: String) { self.description = description }

  /// An error with the operating system's reason, from `errno`.
  static func system(_ path: String, doing action: String) -> HubError {
    let reason = String(cString: strerror(errno))
    let advice =
      errno == ENOSPC || errno == EDQUOT ? "; free some space, then the download goes on where it stopped" : ""
    return HubError("\(path): could not \(action): \(reason)\(advice)")
  }
}
