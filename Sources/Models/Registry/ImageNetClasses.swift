import Formats
import Foundation

/// The names of ImageNet's 1000 classes, in the order of the indices that published models use.
public enum ImageNetClasses {
  /// The number of classes.
  public static let count = 1000

  /// The names, such as "tench" for class 0.
  /// - Throws: `FormatError` if the file that comes with the program is not there or holds another number of names.
  public static func names() throws -> [String] {
    let folder = try EmbeddedResources.folder(named: "imagenet", of: "Models", sources: sources)
    let bytes = try Bytes.read("\(folder)/classes.txt", maximumBytes: 1 << 20)
    let text = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    let names = text.split(separator: "\n").map(String.init)
    guard names.count == count else {
      throw FormatError(file: "\(folder)/classes.txt", found: "\(names.count) names", expected: "\(count)")
    }
    return names
  }

  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Resources")
}
