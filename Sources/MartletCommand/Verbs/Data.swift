import ArgumentParser
import DataSets
import Reporting

/// `martlet data`: what is found where.
struct Data: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the data sets that are known by name, and where they are found.")

  @Option(help: "Where named data sets are looked for; by default MARTLET_DATA.")
  var dataRoot: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let entries = DataSource.catalogue(root: dataRoot)
    if output.json {
      let list = JSONValue(entries) { entry in
        [
          "name": .string(entry.name), "summary": .string(entry.summary),
          "location": entry.location.map(JSONValue.string) ?? .null,
          "advice": entry.advice.map(JSONValue.string) ?? .null,
        ]
      }
      print(list.serialized(pretty: true))
      return
    }
    var table = TextTable(columns: [.init("name"), .init("what"), .init("where, or how to get it")])
    for entry in entries { table.append([entry.name, entry.summary, entry.location ?? entry.advice ?? ""]) }
    print(table.rendered())
  }
}
