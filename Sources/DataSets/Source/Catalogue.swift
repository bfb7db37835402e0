/// What is known about one named data set on this machine.
public struct CatalogueEntry: Sendable, Hashable {
  /// The name to open it by.
  public let name: String
  /// What it holds.
  public let summary: String
  /// The folder it was found in; nil if it is missing.
  public let location: String?
  /// How to get it; nil if it is there.
  public let advice: String?
}

extension DataSource {
  /// The named data sets, and where each one is or how to get it.
  public static func catalogue(root: String? = nil) -> [CatalogueEntry] {
    func entry(_ name: String, _ summary: String, advice: String, find: () throws -> String?)
      -> CatalogueEntry
    {
      do {
        let location = try find()
        return CatalogueEntry(
          name: name, summary: summary, location: location, advice: location == nil ? advice : nil)
      } catch {
        return CatalogueEntry(name: name, summary: summary, location: nil, advice: "\(error)")
      }
    }
    return [entry(EmbeddedData.name, EmbeddedData.summary, advice: "", find: EmbeddedData.folder)]
      + KnownSet.all.map { known in
        entry(known.name, known.summary, advice: known.advice) { try location(of: known, root: root) }
      }
  }
}
