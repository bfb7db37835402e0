import ArgumentParser
import Hub
import Reporting

/// `martlet weights`: what others published for the models, and how to get it.
struct Weights: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List and fetch published weights.", subcommands: [WeightsList.self, WeightsFetch.self],
    defaultSubcommand: WeightsList.self)
}

/// `martlet weights list`.
struct WeightsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the known published weights.",
    discussion: "Licences are those that the publishers state. Check that yours is a use they allow.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    let client = HubClient(try HubEnvironment())
    let rows = try PublishedWeights.all.map { ($0, path: client.cached(try $0.file())?.path) }
    if output.json {
      let list = JSONValue(rows) { weights, path in
        [
          "name": .string(weights.name), "model": .string(weights.model), "repository": .string(weights.repository),
          "file": .string(weights.file), "wrapper": JSONValue(weights.wrapper), "classes": .integer(weights.classes),
          "licence": JSONValue(weights.licence), "source": .string(weights.source), "path": JSONValue(path),
        ]
      }
      print(list.serialized(pretty: true))
      return
    }
    var table = TextTable(columns: [
      .init("name"), .init("model"), .init("licence"), .init("repository"), .init("here"),
    ])
    for (weights, path) in rows {
      table.append([
        weights.name, weights.model, weights.licence ?? "see the repository", weights.repository,
        path == nil ? "" : "yes",
      ])
    }
    print(table.rendered())
  }
}
