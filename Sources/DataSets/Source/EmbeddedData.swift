import Formats
import Foundation

/// The data set that comes with the program.
enum EmbeddedData {
  static let name = "fashion-mnist-mini"
  static let summary = "the first 500 + 100 pictures of each class of fashion-mnist; comes with Martlet"

  /// The folder of the embedded set.
  ///
  /// - Throws: `FormatError` if it is not there.
  static func folder() throws -> String {
    try EmbeddedResources.folder(named: name, of: "DataSets", sources: sourceFolder)
  }

  private static let sourceFolder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Resources")
}
