/// A data set whose labels are places in another list of its classes.
struct Relabelled: DataSet {
  let classNames: [String]
  private let base: any DataSet
  /// The place in ``classNames`` of each class of the base.
  private let places: [Int]
  private let hasLabelMaps: Bool

  /// - Precondition: places of label maps are below ``LabelMap/ignored``.
  init(_ base: any DataSet, classNames: [String], places: [Int], hasLabelMaps: Bool) {
    (self.base, self.classNames, self.places, self.hasLabelMaps) = (base, classNames, places, hasLabelMaps)
  }

  var name: String { base.name }
  var count: Int { base.count }

  func label(at index: Int) -> Int { hasLabelMaps ? 0 : places[base.label(at: index)] }

  func example(at index: Int) throws -> Example {
    let example = try base.example(at: index)
    guard let map = example.map else { return Example(image: example.image, label: places[example.label]) }
    try map.require(below: places.count, in: "\(name): example \(index)")
    return Example(image: example.image, map: map.relabelled(places))
  }
}

extension DataSplits {
  /// The same pictures with the classes of a model, which are told by their names.
  ///
  /// Where either side calls its classes by their numbers alone and no name is on both, the numbers are the classes.
  ///
  /// - Parameter names: The classes of the model; it has no names where there are none.
  /// - Throws: ``DataSetError`` naming a class that is not among them.
  public func relabelled(_ names: [String]) throws -> DataSplits {
    if names.isEmpty || names == classNames { return self }
    let known = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    let places = classNames.map { known[$0] }
    if places.allSatisfy({ $0 == nil }) && (names.areNumbers || classNames.areNumbers) { return self }
    if let unknown = zip(classNames, places).first(where: { $0.1 == nil })?.0 {
      let list = names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", … (\(names.count) classes)" : "")
      throw DataSetError(
        "\(name): the class \"\(unknown)\" is not one of the model's, which are \(list); rename it or leave it out")
    }
    guard !hasLabelMaps || names.count <= LabelMap.ignored else {
      throw DataSetError(
        "\(name): the model has \(names.count) classes; label maps tell at most \(LabelMap.ignored) apart")
    }
    func wrapped(_ set: any DataSet) -> Relabelled {
      Relabelled(set, classNames: names, places: places.compactMap(\.self), hasLabelMaps: hasLabelMaps)
    }
    return try DataSplits(
      name: name, train: train.map(wrapped), validation: wrapped(validation), normalization: normalization,
      imageSize: imageSize, kind: kind)
  }
}

extension [String] {
  /// Whether these are the names "0", "1", … of classes without others.
  fileprivate var areNumbers: Bool { indices.allSatisfy { self[$0] == String($0) } }
}
