import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where progress is written to.
public protocol TextOutput {
  /// Whether a line can be drawn over.
  var isTerminal: Bool { get }
  /// The width of the terminal in cells, now.
  var columns: Int { get }
  /// Writes `text` at once. Failures are ignored: progress must not end a run.
  func write(_ text: String)
}

/// Standard error.
public struct StandardErrorOutput: TextOutput {
  public let isTerminal: Bool

  /// Looks once whether standard error is a terminal that can draw over a line.
  public init() {
    isTerminal = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  public var columns: Int {
    var size = winsize()
    #if canImport(Musl)
      let result = ioctl(STDERR_FILENO, Int32(TIOCGWINSZ), &size)
    #else
      let result = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size)
    #endif
    return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  public func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
