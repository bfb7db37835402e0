import Foundation

/// Finds data sets by name or path.
public enum DataSource {
  /// The names that ``open(_:root:)`` knows.
  public static var names: [String] { [EmbeddedData.name] + KnownSet.all.map(\.name) }

  /// Opens a data set: a known name, looked for under the data roots, or a folder, told by its contents. A folder with a
  /// known name is opened where the known set is under no root.
  ///
  /// The data roots are `root`, else the environment's MARTLET_DATA; then the places where packages install
  /// data. A folder may hold IDX files, CIFAR files, pairs of NumPy files, pictures in one folder a class,
  /// under `train` and `val` or not (then a fifth of each class is held out for validation), pictures with label maps
  /// (`images/NAME.jpg` with `labels/NAME.png` or `masks/NAME.png`, under `train` and `val` or not), or pictures whose
  /// names begin with the index of their class (`0123_name.jpg`), to evaluate with; `classes.txt` may name the classes.
  ///
  /// - Throws: ``DataSetError`` if nothing is found there, `FormatError` if a file is damaged.
  public static func open(_ nameOrPath: String, root: String? = nil) throws -> DataSplits {
    if nameOrPath == EmbeddedData.name {
      return try read(folder: EmbeddedData.folder(), as: .fashionMNIST, name: EmbeddedData.name)
    }
    let known = KnownSet.all.first { $0.name == nameOrPath }
    if let known, let folder = try location(of: known, root: root) { return try read(folder: folder, as: known) }
    if FileManager.default.fileExists(atPath: nameOrPath) { return try read(folder: nameOrPath) }
    if let known {
      throw DataSetError(
        "the data set \(known.name) is not under \(roots(root).joined(separator: ", ")); \(known.advice)"
          + (root == nil ? ", and name the folder above it in MARTLET_DATA" : ""))
    }
    throw DataSetError(
      "'\(nameOrPath)' is neither a data set nor a folder; known are \(names.joined(separator: ", "))")
  }

  /// The folders in which named data sets are looked for, in order.
  static func roots(_ root: String?) -> [String] {
    let own = root ?? ProcessInfo.processInfo.environment["MARTLET_DATA"]
    return [own].compactMap { $0 }.filter { !$0.isEmpty } + [
      "/usr/local/share/datasets", "/usr/share/datasets",
    ]
  }

  /// The first folder that holds the files of a known set; nil if there is none.
  ///
  /// - Throws: ``DataSetError`` if a folder holds only some of the files that belong together.
  static func location(of known: KnownSet, root: String?) throws -> String? {
    for root in roots(root) {
      for name in known.folders {
        guard let folder = try? Folder("\(root)/\(name)") else { continue }
        if try IDXFolder(folder) != nil || holdsCIFAR(folder, known) { return folder.path }
      }
    }
    return nil
  }

  private static func holdsCIFAR(_ folder: Folder, _ known: KnownSet) throws -> Bool {
    guard let files = try CIFARFolder(folder) else { return false }
    return files.isHundred == (known.name == KnownSet.cifar100.name)
  }
}
