import Foundation

extension DataSource {
  /// Reads a folder as what its contents show it to be.
  ///
  /// - Throws: ``DataSetError`` or `FormatError` if it holds no known kind of data, or damaged data.
  static func read(folder path: String, as known: KnownSet? = nil, name: String? = nil) throws -> DataSplits {
    let folder = try Folder(path)
    let name = name ?? known?.name ?? folder.name
    if let files = try IDXFolder(folder) {
      let set = known ?? guessedIDXSet(path)
      let (train, test) = try files.read(name: name, classNames: set?.classNames)
      return try arraySplits(name, train, test, set?.normalization, flips: set?.flips ?? false, path)
    }
    if let files = try CIFARFolder(folder) {
      let (train, test) = try files.read(name: name)
      let set = files.isHundred ? KnownSet.cifar100 : .cifar10
      return try arraySplits(name, train, test, set.normalization, flips: true, path)
    }
    if let files = NpyFolder(folder) {
      if let (train, test) = try files.readScenes(name: name) { return try sceneSplits(name, train, test, path) }
      let (train, test) = try files.read(name: name)
      return try arraySplits(name, train, test, nil, flips: false, path)
    }
    if let splits = try sceneSplits(folder, name) { return splits }
    if let splits = try pictureSplits(folder, name) { return splits }
    throw DataSetError(
      "\(path): no data set in this folder; expected train/CLASS/*.jpg and val/CLASS/*.jpg, CLASS/*.jpg, "
        + "train/images/NAME.jpg with train/labels/NAME.png, "
        + "pictures whose names begin with the index of their class (0123_name.jpg), IDX files "
        + "(train-images-idx3-ubyte.gz, …), CIFAR files (data_batch_1.bin, …, or train*.bin and test*.bin), "
        + "or train_images.npy with train_labels.npy")
  }

  /// MNIST and Fashion-MNIST, told by the last two names of the path.
  private static func guessedIDXSet(_ path: String) -> KnownSet? {
    let names = URL(filePath: path).standardizedFileURL.pathComponents.suffix(2).map { $0.lowercased() }
    if names.contains(where: { $0.hasPrefix("fashion") }) { return .fashionMNIST }
    return names.contains { $0.hasPrefix("mnist") } ? .mnist : nil
  }

  private static func arraySplits(
    _ name: String, _ train: ArrayDataSet?, _ test: ArrayDataSet?, _ normalization: Normalization?,
    flips: Bool,
    _ path: String
  ) throws -> DataSplits {
    guard let sample = train ?? test else { throw DataSetError("\(path): no pictures") }
    let (rest, validation) = try heldOut(train, test, path)
    return try DataSplits(
      name: name, train: rest, validation: validation,
      normalization: normalization?.matching(sample.imageSize.channels) ?? .measured(on: sample),
      imageSize: sample.imageSize, kind: .small(flips: flips))
  }

  /// Splits of a folder with pictures; nil if there are none.
  private static func pictureSplits(_ folder: Folder, _ name: String) throws -> DataSplits? {
    let inner = folder.folders
    let validationName = validationFolder(of: inner)
    var train: (any DataSet)?
    var validation: (any DataSet)?
    var kind = DataSplits.Kind.photographs
    if inner.contains("train") || validationName != nil {
      if inner.contains("train") { train = try ImageFolder(folder.path(of: "train"), name: "\(name) train") }
      validation = try validationName.map {
        try ImageFolder(folder.path(of: $0), name: "\(name) \($0)", classNames: train?.classNames)
      }
    } else if !inner.isEmpty {
      train = try ImageFolder(folder.path, name: name)
    } else if folder.pictures.contains(where: { leadingIndex($0) != nil }) {
      let classNames = try folder.firstFile(of: ["classes.txt"]).map(readClassNames)
      let pictures = try ImageFolder(indexed: folder.path, name: name, classNames: classNames)
      if pictures.haveOneSquareSize { kind = .croppedPhotographs }
      validation = pictures
    } else {
      return nil
    }
    let (rest, held) = try heldOut(train, validation, folder.path)
    return try DataSplits(
      name: name, train: rest, validation: held, normalization: .imageNet,
      imageSize: ImageSize(height: 224, width: 224, channels: 3), kind: kind)
  }

  /// The folder of pictures that training does not see, among the names of folders.
  private static func validationFolder(of names: [String]) -> String? {
    ["val", "validation", "valid", "test"].first(where: names.contains)
  }

  /// Splits of a folder with pictures and label maps; nil if there are none.
  private static func sceneSplits(_ folder: Folder, _ name: String) throws -> DataSplits? {
    let inner = folder.folders
    var train = inner.contains("train") ? try Folder(folder.path(of: "train")) : nil
    let validation = try validationFolder(of: inner).map { try Folder(folder.path(of: $0)) }
    if train == nil && validation == nil { train = folder }
    let parts = [train, validation].compactMap { $0 }
    guard parts.contains(where: SceneFolder.matches) else { return nil }
    let classes =
      try folder.firstFile(of: ["classes.txt"]).map { try SceneClasses(namesFile: $0) }
      ?? SceneFolder.classes(in: parts)
    func set(_ part: Folder?) throws -> SceneFolder? {
      try part.map { try SceneFolder($0, name: "\(name) \($0.name)", classes: classes) }
    }
    return try sceneSplits(name, set(train), set(validation), folder.path)
  }

  /// Splits of pictures with label maps.
  private static func sceneSplits(
    _ name: String, _ train: (any DataSet)?, _ test: (any DataSet)?, _ path: String
  ) throws -> DataSplits {
    let (rest, validation) = try heldOut(train, test, path)
    let first = try validation.example(at: 0).image
    let side = min(256, max(first.height, first.width))
    return try DataSplits(
      name: name, train: rest, validation: validation,
      normalization: Normalization.imageNet.matching(first.channels) ?? .measured(on: validation, maximumCount: 100),
      imageSize: ImageSize(height: side, width: side, channels: first.channels), kind: .scenes)
  }

  /// The two parts; where only training pictures are there, a fifth of each class is held out for validation.
  private static func heldOut(
    _ train: (any DataSet)?, _ validation: (any DataSet)?, _ path: String
  ) throws -> (train: (any DataSet)?, validation: any DataSet) {
    if let validation { return (train, validation) }
    guard let train else { throw DataSetError("\(path): no pictures") }
    let (rest, part) = try train.stratifiedSplit(fraction: 0.2)
    guard part.count > 0 else {
      throw DataSetError("\(path): too few pictures to hold some out for validation; add a folder 'val'")
    }
    return (rest, part)
  }
}

extension Normalization {
  /// The normalisation itself if it is for this number of channels.
  fileprivate func matching(_ channels: Int) -> Normalization? { mean.count == channels ? self : nil }
}
