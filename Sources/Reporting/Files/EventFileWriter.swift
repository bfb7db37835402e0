import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes scalars to a TensorBoard event file.
///
/// Every record is handed to the operating system before the call returns, so a running TensorBoard sees it
/// and a crash of the process loses nothing. A resumed run opens a new file in the same folder; TensorBoard
/// reads the files of a folder in the order of their names and joins them.
public final class EventFileWriter {
  /// The path of the file: `<folder>/events.out.tfevents.<seconds>.<host>`.
  public let path: String
  private let file: AppendingFile

  /// Opens a new event file in `folder`, which must exist.
  ///
  /// - Parameters:
  ///   - folder: The folder of the run.
  ///   - resumingAtStep: For a resumed run, its first new step: TensorBoard drops the points that an
  ///     earlier file of the folder holds from this step on.
  ///   - date: The time in the file name and of the first record.
  ///   - host: The host in the file name.
  /// - Throws: ``ReportingError`` if the file cannot be created or written.
  public init(
    folder: URL, resumingAtStep: Int? = nil, date: Date = Date(),
    host: String = EventFileWriter.localHostName
  ) throws {
    let seconds = Self.wholeSeconds(date)
    let safeHost = host.isEmpty ? "localhost" : String(host.map { $0 == "/" || $0 == "\0" ? "_" : $0 })
    let name = "events.out.tfevents.\(seconds).\(safeHost)"
    file = try Self.openNewFile(named: name, in: folder)
    path = file.path
    let wallTime = date.timeIntervalSince1970
    try write(Event(wallTime: wallTime, content: .fileVersion("brain.Event:2")))
    if let resumingAtStep {
      try write(Event(wallTime: wallTime, step: resumingAtStep, content: .restart))
    }
  }

  /// The name that this machine has given itself; no name server is asked.
  public static var localHostName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Appends one value of the curve `tag`.
  ///
  /// - Throws: ``ReportingError`` if the file cannot be written.
  public func append(tag: String, value: Float, step: Int, date: Date = Date()) throws {
    try append([(tag, value)], step: step, date: date)
  }

  /// Appends one value to each of several curves, at the same step.
  ///
  /// - Throws: ``ReportingError`` if the file cannot be written.
  public func append(_ scalars: [(tag: String, value: Float)], step: Int, date: Date = Date()) throws {
    guard !scalars.isEmpty else { return }
    try write(Event(wallTime: date.timeIntervalSince1970, step: step, content: .scalars(scalars)))
  }

  private func write(_ event: Event) throws {
    try file.append(event.record)
  }

  /// Two runs of one host may start in the same second: the later one gets a numbered name.
  private static func openNewFile(named name: String, in folder: URL) throws -> AppendingFile {
    var path = folder.appendingPathComponent(name).path
    var number = 0
    while FileManager.default.fileExists(atPath: path) {
      number += 1
      path = folder.appendingPathComponent("\(name).\(number)").path
    }
    return try AppendingFile(path: path, mustBeNew: true)
  }

  private static func wholeSeconds(_ date: Date) -> Int {
    Int(exactly: date.timeIntervalSince1970.rounded(.down)) ?? 0
  }
}
