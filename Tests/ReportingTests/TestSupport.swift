import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Runs `body` with a new folder, and removes the folder afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The elements of an XML text with their attributes, and its character data; `nil` if it is not well formed.
struct ParsedXML {
  var elements: [(name: String, attributes: [String: String])] = []
  var text = ""

  init?(_ xml: String) {
    let collector = Collector()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = collector
    guard parser.parse() else { return nil }
    self = collector.result
  }

  private init() {}

  func count(of name: String) -> Int {
    elements.count { $0.name == name }
  }

  private final class Collector: NSObject, XMLParserDelegate {
    var result = ParsedXML()

    func parser(
      _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
      qualifiedName qName: String?, attributes attributeDict: [String: String]
    ) {
      result.elements.append((elementName, attributeDict))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      result.text += string
    }
  }
}
