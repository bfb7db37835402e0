import Foundation

#if canImport(Darwin)
  import Darwin
#endif

/// How much memory the process holds.
public struct MemoryStatus: Equatable, Sendable {
  /// Resident bytes now.
  public let current: Int
  /// The most resident bytes since the process started.
  public let peak: Int

  /// Creates a status from its two numbers, in bytes.
  public init(current: Int, peak: Int) {
    self.current = current
    self.peak = peak
  }
}

/// The memory of this process, or `nil` where the system does not tell.
///
/// Linux: `VmRSS` and `VmHWM` of `/proc/self/status`. macOS: `task_info`.
public func memoryStatus() -> MemoryStatus? {
  #if canImport(Darwin)
    var info = mach_task_basic_info()
    var count = mach_msg_type_number_t(
      MemoryLayout<mach_task_basic_info>.size / MemoryLayout<natural_t>.size)
    let result = withUnsafeMutablePointer(to: &info) { pointer in
      pointer.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
        task_info(mach_task_self_, task_flavor_t(MACH_TASK_BASIC_INFO), $0, &count)
      }
    }
    guard result == KERN_SUCCESS else { return nil }
    return MemoryStatus(current: Int(info.resident_size), peak: Int(info.resident_size_max))
  #else
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    return MemoryStatus(processStatus: status)
  #endif
}

extension MemoryStatus {
  /// Reads the text of `/proc/<pid>/status`.
  init?(processStatus text: String) {
    func bytes(of key: String) -> Int? {
      guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key + ":") }) else {
        return nil
      }
      let words = line.split { $0 == " " || $0 == "\t" }
      guard words.count == 3, words[2] == "kB", let kibibytes = Int(words[1]) else { return nil }
      let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
      return overflow ? nil : bytes
    }
    guard let current = bytes(of: "VmRSS"), let peak = bytes(of: "VmHWM") else { return nil }
    self.init(current: current, peak: peak)
  }
}
