/// A labelled picture: it has one class, or a class for every pixel.
public struct Example: Hashable, Sendable {
  /// The picture.
  public let image: Image
  /// The class, an index into the class names of the data set; 0 where every pixel has its own.
  public let label: Int
  /// The class of every pixel, in the size of the picture; nil where the whole picture has one class.
  public let map: LabelMap?

  /// Creates an example with one class.
  public init(image: Image, label: Int) { (self.image, self.label, map) = (image, label, nil) }

  /// Creates an example with a class for every pixel.
  ///
  /// - Precondition: the map has the size of the picture.
  public init(image: Image, map: LabelMap) {
    precondition(
      image.height == map.height && image.width == map.width,
      "a label map of \(map.height)×\(map.width) cannot belong to a picture of \(image.size)")
    (self.image, label, self.map) = (image, 0, map)
  }

  /// The example with a changed picture, and with its label map, if it has one, changed likewise.
  func changed(_ image: Image, map change: (LabelMap) -> LabelMap) -> Example {
    map.map { Example(image: image, map: change($0)) } ?? Example(image: image, label: label)
  }
}

/// Labelled pictures that can be fetched in any order, from any thread.
public protocol DataSet: Sendable {
  /// A short name for messages and reports.
  var name: String { get }
  /// The name of each class.
  var classNames: [String] { get }
  /// The number of examples.
  var count: Int { get }
  /// The class of an example, without fetching its picture; 0 where every pixel has its own.
  ///
  /// - Precondition: `index` is in `0..<count`.
  func label(at index: Int) -> Int
  /// An example with its picture, decoded if need be.
  ///
  /// - Precondition: `index` is in `0..<count`.
  /// - Throws: `FormatError` naming the file if the picture cannot be read.
  func example(at index: Int) throws -> Example
}

extension DataSet {
  /// The number of classes.
  public var classCount: Int { classNames.count }

  /// The class of every example.
  public var labels: [Int] { (0..<count).map(label(at:)) }
}

/// The most classes that go by their numbers alone: a damaged label must not make a name for every number below it.
let maximumNumberedClasses = 65_536

/// Class names "0", "1", … up to the largest label.
///
/// - Precondition: labels are below ``maximumNumberedClasses``.
func numbered(_ labels: [Int]) -> [String] { (0...max(0, labels.max() ?? 0)).map(String.init) }

/// Checks that every label names a class.
///
/// - Throws: ``DataSetError`` naming the first record that does not.
func requireLabels(_ labels: [Int], below classCount: Int, in source: String) throws {
  guard let record = labels.firstIndex(where: { !(0..<classCount).contains($0) }) else { return }
  throw DataSetError(
    "\(source): record \(record) has the label \(labels[record]), expected 0 to \(classCount - 1) "
      + "(\(classCount) classes); the file is damaged or of another data set")
}
