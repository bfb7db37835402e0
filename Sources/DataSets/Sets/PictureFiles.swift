import Formats

/// Picture files without classes, decoded when they are fetched; each has the label 0.
public struct PictureFiles: DataSet {
  public let name = "pictures"
  public let classNames = ["picture"]
  private let paths: [String]

  /// A set of the files at these paths.
  public init(_ paths: [String]) { self.paths = paths }

  public var count: Int { paths.count }

  public func label(at index: Int) -> Int { 0 }

  public func example(at index: Int) throws -> Example {
    Example(image: Image(try Picture.read(paths[index])), label: 0)
  }
}
