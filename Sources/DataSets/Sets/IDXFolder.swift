import Formats

/// A folder with the IDX files of MNIST and its relatives, plain or compressed.
struct IDXFolder {
  /// One part of the set: the paths of its images and labels.
  struct Part {
    let images: String
    let labels: String
  }

  let train: Part?
  let test: Part?

  /// Finds the files; nil if the folder has none.
  ///
  /// - Throws: ``DataSetError`` if images come without labels or labels without images.
  init?(_ folder: Folder) throws {
    func part(_ prefix: String) throws -> Part? {
      func file(_ kind: String, _ axes: Int) -> String? {
        folder.firstFile(
          of: ["-", "."].flatMap { separator in
            ["", ".gz"].map { "\(prefix)-\(kind)\(separator)idx\(axes)-ubyte\($0)" }
          })
      }
      switch (file("images", 3), file("labels", 1)) {
      case (let images?, let labels?): return Part(images: images, labels: labels)
      case (nil, nil): return nil
      case (.some, nil):
        throw DataSetError("\(folder.path): \(prefix)-labels-idx1-ubyte.gz is missing; add it")
      case (nil, .some):
        throw DataSetError("\(folder.path): \(prefix)-images-idx3-ubyte.gz is missing; add it")
      }
    }
    train = try part("train")
    test = try part("t10k") ?? part("test")
    if train == nil && test == nil { return nil }
  }

  /// Reads both parts; without class names, classes are named by number.
  ///
  /// - Throws: `FormatError` or ``DataSetError`` if a file is damaged, or images and labels do not match.
  func read(name: String, classNames: [String]?) throws -> (train: ArrayDataSet?, test: ArrayDataSet?) {
    let limit = classNames?.count ?? maximumNumberedClasses
    let trainLabels = try train.map { try labels($0, below: limit) }
    let testLabels = try test.map { try labels($0, below: limit) }
    let names = classNames ?? numbered((trainLabels ?? []) + (testLabels ?? []))
    func set(_ part: Part?, _ labels: [Int]?, _ suffix: String) throws -> ArrayDataSet? {
      guard let part, let labels else { return nil }
      let images = try IDXFile.read(part.images)
      return try ArrayDataSet(name: "\(name) \(suffix)", classNames: names, images: images, labels: labels)
    }
    return (try set(train, trainLabels, "train"), try set(test, testLabels, "test"))
  }

  private func labels(_ part: Part, below limit: Int) throws -> [Int] {
    let array = try IDXFile.read(part.labels)
    guard array.shape.count == 1 else {
      throw FormatError(
        file: part.labels, found: "an array of shape \(array.shape)", expected: "one label a picture")
    }
    let labels = try array.integers(name: part.labels)
    try requireLabels(labels, below: limit, in: part.labels)
    return labels
  }
}
