import Formats

/// A folder with pairs of NumPy files: `train_images.npy` and `train_labels.npy`, `test_images.npy` and
/// `test_labels.npy` (or ending in `_u8.npy`), or Keras's `x_train.npy`, `y_train.npy`, `x_test.npy`, `y_test.npy`.
///
/// Labels of one axis are classes of pictures, labels of three axes are label maps.
struct NpyFolder {
  private typealias Pair = (images: String, labels: String)
  private let train: Pair?
  private let test: Pair?
  private let namesFile: String?

  /// Finds the files; nil if the folder has no pair.
  init?(_ folder: Folder) {
    func pair(_ names: [String]) -> Pair? {
      for name in names {
        for (images, labels) in [
          ("\(name)_images", "\(name)_labels"), ("\(name)-images", "\(name)-labels"),
          ("\(name)_images_u8", "\(name)_labels_u8"),
          ("x_\(name)", "y_\(name)"),
        ] {
          if let images = folder.firstFile(of: [images + ".npy"]),
            let labels = folder.firstFile(of: [labels + ".npy"])
          {
            return (images, labels)
          }
        }
      }
      return nil
    }
    train = pair(["train"])
    test = pair(["val", "validation", "test"])
    namesFile = folder.firstFile(of: ["classes.txt", "class_names.txt"])
    if train == nil && test == nil { return nil }
  }

  /// Reads both parts; class names come from `classes.txt` where it is there, else classes are named by
  /// number.
  ///
  /// - Throws: `FormatError` or ``DataSetError`` if a file is damaged, or images and labels do not match.
  func read(name: String) throws -> (train: ArrayDataSet?, test: ArrayDataSet?) {
    let classNames = try namesFile.map(readClassNames)
    let limit = classNames?.count ?? maximumNumberedClasses
    let trainLabels = try train.map { try labels($0.labels, below: limit) }
    let testLabels = try test.map { try labels($0.labels, below: limit) }
    let names = classNames ?? numbered((trainLabels ?? []) + (testLabels ?? []))
    func set(_ pair: Pair?, _ labels: [Int]?, _ suffix: String) throws -> ArrayDataSet? {
      guard let pair, let labels else { return nil }
      return try ArrayDataSet(
        name: "\(name) \(suffix)", classNames: names, images: NpyFile.read(pair.images), labels: labels)
    }
    return (try set(train, trainLabels, "train"), try set(test, testLabels, "test"))
  }

  /// Reads both parts if their labels are maps, else nil; class names come from `classes.txt` where it is there.
  ///
  /// - Throws: `FormatError` or ``DataSetError`` if a file is damaged, or images and maps do not match.
  func readScenes(name: String) throws -> (train: ArrayScenes?, test: ArrayScenes?)? {
    let (trainMaps, testMaps) = (
      try train.map { try NpyFile.read($0.labels) }, try test.map { try NpyFile.read($0.labels) }
    )
    let all = [trainMaps, testMaps].compactMap { $0 }
    guard all.contains(where: { $0.shape.count == 3 }) else { return nil }
    let classes =
      try namesFile.map { try SceneClasses(namesFile: $0) }
      ?? SceneClasses(largest: all.compactMap { maps in maps.withUnsafeBytes { $0.largestClass } }.max())
    func set(_ pair: Pair?, _ maps: StoredArray?, _ suffix: String) throws -> ArrayScenes? {
      guard let pair, let maps else { return nil }
      return try ArrayScenes(
        name: "\(name) \(suffix)", classes: classes, images: (pair.images, NpyFile.read(pair.images)),
        maps: (pair.labels, maps))
    }
    return (try set(train, trainMaps, "train"), try set(test, testMaps, "test"))
  }

  private func labels(_ path: String, below limit: Int) throws -> [Int] {
    let array = try NpyFile.read(path)
    guard array.shape.count == 1 || (array.shape.count == 2 && array.shape[1] == 1) else {
      throw FormatError(
        file: path, found: "an array of shape \(array.shape)", expected: "one label a picture")
    }
    let labels = try array.integers(name: path)
    try requireLabels(labels, below: limit, in: path)
    return labels
  }
}
