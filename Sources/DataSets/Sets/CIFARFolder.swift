import Formats

/// A folder with the binary files of CIFAR-10 or CIFAR-100, or with parts of them under names like
/// `train_10k.bin`.
struct CIFARFolder {
  let train: [String]
  let test: [String]
  let classNames: [String]
  private let layouts: [CIFARFile.Layout]

  static let cifar10Names = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// Finds the files; nil if the folder has none.
  ///
  /// - Throws: `FormatError` or ``DataSetError`` if the file of class names cannot be read or is too short.
  init?(_ folder: Folder) throws {
    let batches = folder.files(from: "data_batch_", to: ".bin")
    train = batches.isEmpty ? folder.files(from: "train", to: ".bin") : batches
    test = folder.files(from: "test", to: ".bin")
    guard let sample = train.first ?? test.first else { return nil }
    let hasHundred =
      if folder.has("fine_label_names.txt") { true } else if folder.has("batches.meta.txt") { false } else {
        folder.name.contains("100")
          || (!folder.name.contains("10") && batches.isEmpty && folder.firstFile(of: ["train.bin"]) == sample)
      }
    layouts = hasHundred ? [.cifar100, .cifar100FineOnly] : [.cifar10]
    let namesFile = folder.firstFile(of: [hasHundred ? "fine_label_names.txt" : "batches.meta.txt"])
    guard let namesFile else {
      classNames = hasHundred ? (0..<100).map(String.init) : Self.cifar10Names
      return
    }
    classNames = try readLines(namesFile)
    let expected = hasHundred ? 100 : 10
    guard classNames.count == expected else {
      throw DataSetError("\(namesFile): \(classNames.count) class names, expected \(expected), one a line")
    }
  }

  /// Whether the set is CIFAR-100.
  var isHundred: Bool { classNames.count == 100 }

  /// Reads both parts.
  ///
  /// - Throws: `FormatError` if a file is damaged or a label is out of range; it names the record.
  func read(name: String) throws -> (train: ArrayDataSet?, test: ArrayDataSet?) {
    (try set(train, "\(name) train"), try set(test, "\(name) test"))
  }

  private func set(_ paths: [String], _ name: String) throws -> ArrayDataSet? {
    if paths.isEmpty { return nil }
    let parts = try paths.map(read(file:))
    let labels = parts.flatMap { $0.labels.map { Int($0) } }
    if parts.count == 1 {
      return try ArrayDataSet(name: name, classNames: classNames, images: parts[0].images, labels: labels)
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(parts.reduce(0) { $0 + $1.images.count })
    for part in parts { part.images.withUnsafeBytes { pixels.append(contentsOf: $0) } }
    let images = try StoredArray(
      scalarType: .uint8, shape: [labels.count, CIFARFile.side, CIFARFile.side, 3], bytes: Bytes(pixels))
    return try ArrayDataSet(name: name, classNames: classNames, images: images, labels: labels)
  }

  /// Reads a file in the first layout that fits; where none does, the first one's error says why.
  private func read(file: String) throws -> CIFARFile {
    var failure: (any Error)?
    for layout in layouts {
      do { return try CIFARFile(file, layout: layout) } catch { failure = failure ?? error }
    }
    throw failure ?? DataSetError("\(file): no layout fits")
  }
}
