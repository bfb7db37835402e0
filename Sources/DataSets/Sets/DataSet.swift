/// A labelled picture.
public struct Example: Hashable, Sendable {
  /// The picture.
  public let image: Image
  /// The class, an index into the class names of the data set.
  public let label: Int

  /// Creates an example.
  public init(image: Image, label: Int) {
    self.image = image
    self.label = label
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
  /// The class of an example, without fetching its picture.
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

/// Checks that every label names a class.
///
/// - Throws: ``DataSetError`` naming the first record that does not.
func requireLabels(_ labels: [Int], below classCount: Int, in source: String) throws {
  guard let record = labels.firstIndex(where: { !(0..<classCount).contains($0) }) else { return }
  throw DataSetError(
    "\(source): record \(record) has the label \(labels[record]), expected 0 to \(classCount - 1) "
      + "(\(classCount) classes); the file is damaged or of another data set")
}
