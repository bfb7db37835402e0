import Formats
import Foundation

/// What lies in a folder, hidden entries apart, sorted by name.
struct Folder {
  let path: String
  let entries: [String]

  /// Lists a folder.
  ///
  /// - Throws: ``DataSetError`` if it cannot be listed.
  init(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DataSetError("\(path): there is no such folder")
    }
    guard isFolder.boolValue else { throw DataSetError("\(path): a file, expected a folder") }
    self.path = path
    do {
      entries = try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
        .sorted()
    } catch {
      throw DataSetError("\(path): the folder could not be listed (\(error.localizedDescription))")
    }
  }

  /// The name of the folder, in lower case.
  var name: String { URL(filePath: path).lastPathComponent.lowercased() }

  func has(_ entry: String) -> Bool { entries.contains(entry) }

  func path(of entry: String) -> String { "\(path)/\(entry)" }

  /// The path of the first of these names that is there.
  func firstFile(of names: [String]) -> String? { names.first(where: has).map(path(of:)) }

  /// The paths of the entries that begin and end so.
  func files(from prefix: String, to suffix: String) -> [String] {
    entries.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.map(path(of:))
  }

  /// The names of the folders inside.
  var folders: [String] {
    entries.filter { entry in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path(of: entry), isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  /// The names of the JPEG and PNG files inside, told by their endings.
  var pictures: [String] {
    entries.filter { ["jpg", "jpeg", "png"].contains(URL(filePath: $0).pathExtension.lowercased()) }
  }
}

/// The lines of a text file, without empty ones.
///
/// - Throws: `FormatError` if the file cannot be read or is over 16 MiB.
func readLines(_ path: String) throws -> [String] {
  let bytes = try Bytes.read(path, maximumBytes: 1 << 24)
  let text = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  return text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter {
    !$0.isEmpty
  }
}

/// The class names in a file with one class a line: the name alone, or after an index and tabs, in order of
/// the index.
///
/// - Throws: `FormatError` if the file cannot be read, ``DataSetError`` if an index is not that of its line.
func readClassNames(_ path: String) throws -> [String] {
  try readLines(path).enumerated().map { line, text in
    let fields = text.split(separator: "\t")
    guard fields.count > 1, let index = Int(fields[0]) else { return text }
    guard index == line else {
      throw DataSetError("\(path): line \(line + 1) is about class \(index), expected class \(line)")
    }
    return String(fields[fields.count - 1])
  }
}
