import Foundation
import Hub

/// Weights by the path of a file, or by a published name that was fetched before.
struct WeightsReference {
  /// The text of the option.
  let text: String
  /// The file.
  let path: String
  /// The key under which the weights lie in the file; nil for the usual ones.
  let wrapper: String?

  /// Finds the file.
  /// - Throws: ``CommandError`` for published weights that are not on this machine yet.
  init(_ text: String, wrapper: String?) throws {
    self.text = text
    let isFile = FileManager.default.fileExists(atPath: text)
    guard !isFile, let published = PublishedWeights.all.first(where: { $0.name == text }) else {
      (path, self.wrapper) = (text, wrapper)
      return
    }
    guard let fetched = HubClient(try HubEnvironment()).cached(try published.file()) else {
      throw CommandError("\(text) is not on this machine yet; run martlet weights fetch \(text)")
    }
    (path, self.wrapper) = (fetched.path, wrapper ?? published.wrapper)
  }
}
