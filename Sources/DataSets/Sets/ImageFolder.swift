import Formats

/// Pictures in one folder a class, decoded when they are fetched.
///
/// Classes are the names of the folders, sorted; only files that end in .jpg, .jpeg or .png count.
public struct ImageFolder: DataSet {
  public let name: String
  public let classNames: [String]
  private let paths: [String]
  private let storedLabels: [Int]

  /// Lists the pictures of `folder/CLASS/`.
  ///
  /// - Parameter classNames: The classes of the training pictures, for the folder of other pictures, which
  ///   may lack some of them; nil takes the classes from the folder.
  /// - Throws: ``DataSetError`` if the folder cannot be listed, has no class folders, one is empty, or one is
  ///   not in `classNames`.
  public init(_ folder: String, name: String? = nil, classNames: [String]? = nil) throws {
    let listing = try Folder(folder)
    let found = listing.folders
    guard !found.isEmpty else {
      throw DataSetError(
        "\(folder): no class folders; put the pictures of each class in a folder with its name")
    }
    let names = classNames ?? found
    var paths: [String] = []
    var labels: [Int] = []
    for className in found {
      guard let label = names.firstIndex(of: className) else {
        throw DataSetError(
          "\(listing.path(of: className)): no such class among the training pictures (\(names.joined(separator: ", ")))"
        )
      }
      let classFolder = try Folder(listing.path(of: className))
      let pictures = classFolder.pictures
      guard !pictures.isEmpty else {
        throw DataSetError(
          "\(classFolder.path): no .jpg, .jpeg or .png pictures; add some or remove the folder")
      }
      paths += pictures.map(classFolder.path(of:))
      labels += Array(repeating: label, count: pictures.count)
    }
    self.name = name ?? listing.name
    self.classNames = names
    self.paths = paths
    storedLabels = labels
  }

  /// Lists the pictures of a folder whose file names begin with the index of their class, as `007_cock.jpg`.
  ///
  /// - Parameter classNames: The classes; nil calls them by their indices, 0 to the largest one found.
  /// - Throws: ``DataSetError`` if the folder cannot be listed, has no pictures, or a name does not begin
  ///   with an index below the number of classes (65,536 without names) and an underscore.
  public init(indexed folder: String, name: String? = nil, classNames: [String]? = nil) throws {
    let listing = try Folder(folder)
    let pictures = listing.pictures
    guard !pictures.isEmpty else { throw DataSetError("\(folder): no .jpg, .jpeg or .png pictures") }
    let limit = classNames?.count ?? maximumNumberedClasses
    let labels = try pictures.map { picture in
      guard let label = leadingIndex(picture), label < limit else {
        throw DataSetError(
          "\(listing.path(of: picture)): the name does not begin with a class from 0 to \(limit - 1) "
            + "and an underscore; rename the picture")
      }
      return label
    }
    storedLabels = labels
    paths = pictures.map(listing.path(of:))
    self.name = name ?? listing.name
    self.classNames = classNames ?? numbered(labels)
  }

  /// Whether all pictures are squares of one size, as their heads tell.
  var haveOneSquareSize: Bool {
    guard let first = paths.first, let side = try? Picture.size(of: first).width else { return false }
    return paths.allSatisfy { path in
      (try? Picture.size(of: path)).map { $0.width == side && $0.height == side } ?? false
    }
  }

  public var count: Int { paths.count }

  public func label(at index: Int) -> Int { storedLabels[index] }

  public func example(at index: Int) throws -> Example {
    Example(image: Image(try Picture.read(paths[index])), label: storedLabels[index])
  }

  /// The file of an example.
  public func path(at index: Int) -> String { paths[index] }
}

/// The number before the underscore in a file name.
func leadingIndex(_ fileName: String) -> Int? {
  let digits = fileName.prefix { $0.isASCII && $0.isNumber }
  return fileName.dropFirst(digits.count).first == "_" ? Int(digits) : nil
}
