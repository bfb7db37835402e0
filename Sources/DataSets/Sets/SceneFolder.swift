import Formats
import Foundation

/// Pictures of a folder `images` and their label maps in a folder `labels` or `masks` beside it, decoded when they are
/// fetched. A map is a PNG file with the picture's name whose palette entries or gray levels are classes; 255 is none.
struct SceneFolder: DataSet {
  let name: String
  private let classes: SceneClasses
  private let files: [(picture: String, map: String)]

  static let mapFolders = ["labels", "masks"]

  /// Whether a folder holds pictures with label maps.
  static func matches(_ folder: Folder) -> Bool {
    let inner = folder.folders
    return inner.contains("images") && mapFolders.contains(where: inner.contains)
  }

  /// Lists the pictures of `folder/images` and their maps.
  ///
  /// - Throws: ``DataSetError`` if the folder cannot be listed, has no pictures, or a picture has no map.
  init(_ folder: Folder, name: String, classes: SceneClasses) throws {
    (self.name, self.classes) = (name, classes)
    files = try Self.files(in: folder)
  }

  /// The classes that the maps of some folders have together, by number.
  ///
  /// - Throws: `FormatError` naming a map that cannot be read.
  static func classes(in folders: [Folder]) throws -> SceneClasses {
    let maps = try folders.flatMap { try files(in: $0).map(\.map) }
    return SceneClasses(largest: try maps.compactMap { try IndexPicture.read($0).indices.largestClass }.max())
  }

  private static func files(in folder: Folder) throws -> [(picture: String, map: String)] {
    let inner = folder.folders
    guard let mapFolder = mapFolders.first(where: inner.contains) else {
      throw DataSetError("\(folder.path): no folder labels or masks beside images; put the label maps there")
    }
    let (pictures, maps) = (try Folder(folder.path(of: "images")), try Folder(folder.path(of: mapFolder)))
    guard !pictures.pictures.isEmpty else {
      throw DataSetError("\(pictures.path): no .jpg, .jpeg or .png pictures")
    }
    return try pictures.pictures.map { picture in
      let map = URL(filePath: picture).deletingPathExtension().lastPathComponent + ".png"
      guard maps.has(map) else {
        throw DataSetError("\(pictures.path(of: picture)): its label map \(maps.path(of: map)) is missing; add it")
      }
      return (pictures.path(of: picture), maps.path(of: map))
    }
  }

  var classNames: [String] { classes.names }
  var count: Int { files.count }
  func label(at index: Int) -> Int { 0 }

  func example(at index: Int) throws -> Example {
    let (pictureFile, mapFile) = files[index]
    let image = Image(try Picture.read(pictureFile))
    let indices = try IndexPicture.read(mapFile)
    guard indices.height == image.height, indices.width == image.width else {
      throw DataSetError(
        "\(mapFile): a label map of \(indices.height)×\(indices.width), expected \(image.height)×\(image.width) as "
          + pictureFile)
    }
    let map = try LabelMap(height: indices.height, width: indices.width, classes: indices.indices)
      .ignoring(classes.ignored)
    try map.require(below: classNames.count, in: mapFile)
    return Example(image: image, map: map)
  }
}
