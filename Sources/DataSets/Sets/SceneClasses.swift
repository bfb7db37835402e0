/// The classes of label maps, and which number stands for none besides 255.
struct SceneClasses {
  let names: [String]
  /// The number of a class that is not told apart from others.
  let ignored: UInt8?

  /// Reads the names from a file with one class a line. A last line that says `void` or `ignore` names what does not count.
  ///
  /// - Throws: `FormatError` or ``DataSetError`` if the file cannot be read or has no or too many classes.
  init(namesFile: String) throws {
    var names = try readClassNames(namesFile)
    let hasVoid = ["void", "ignore"].contains(names.last?.lowercased() ?? "")
    if hasVoid { names.removeLast() }
    guard (1...Int(LabelMap.ignored)).contains(names.count) else {
      throw DataSetError("\(namesFile): \(names.count) classes; expected 1 to \(LabelMap.ignored), one a line")
    }
    self.names = names
    ignored = hasVoid ? UInt8(names.count) : nil
  }

  /// Calls the classes by their numbers, 0 to the largest one found.
  init(largest: UInt8?) {
    names = numbered([Int(largest ?? 0)])
    ignored = nil
  }
}

extension Sequence<UInt8> {
  /// The largest number that is a class.
  var largestClass: UInt8? { lazy.filter { $0 != LabelMap.ignored }.max() }
}
