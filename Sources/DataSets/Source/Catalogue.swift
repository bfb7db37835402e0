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
    let embedded: CatalogueEntry
    do {
      embedded = CatalogueEntry(
        name: EmbeddedData.name, summary: EmbeddedData.summary, location: try EmbeddedData.folder(), advice: nil)
    } catch {
      embedded = CatalogueEntry(
        name: EmbeddedData.name, summary: EmbeddedData.summary, location: nil, advice: "\(error)")
    }
    return [embedded]
      + KnownSet.all.map { known in
        let folder = location(of: known, root: root)
        return CatalogueEntry(
          name: known.name, summary: known.summary, location: folder, advice: folder == nil ? known.advice : nil)
      }
  }
}
