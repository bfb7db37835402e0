import ArgumentParser
import Hub
import Models
import Reporting
import Tensor

/// `martlet models`: what can be built by name.
struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the models that can be built by name.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    let rows = try ModelRegistry.entries.map { (entry: $0, size: try $0.size(), weights: weights(of: $0)) }
    if output.json {
      let list = JSONValue(rows) { row in
        [
          "name": .string(row.entry.name), "parameters": .integer(row.size.parameters),
          "macs": .integer(Int(row.size.multiplyAdds)), "input_size": .integer(row.entry.defaults.inputSize),
          "classes": .integer(row.entry.defaults.classes), "task": .string(row.entry.task.rawValue),
          "source": .string(row.entry.source), "weights": JSONValue(row.weights) { .string($0) },
        ]
      }
      print(list.serialized(pretty: true))
      return
    }
    var table = TextTable(columns: [
      .init("name"), .init("parameters", .right), .init("MACs", .right), .init("input", .right),
      .init("classes", .right), .init("weights", .right), .init("source"),
    ])
    for row in rows {
      let defaults = row.entry.defaults
      table.append([
        row.entry.name, HumanUnits.grouped(row.size.parameters), HumanUnits.count(row.size.multiplyAdds),
        "\(defaults.inputSize)×\(defaults.inputSize)×\(defaults.inputChannels)", "\(defaults.classes)",
        row.weights.isEmpty ? "" : "\(row.weights.count)", row.entry.source,
      ])
    }
    print(table.rendered())
    print("MACs are for one picture. The known weights are listed by martlet weights.")
  }

  private func weights(of entry: ModelEntry) -> [String] {
    PublishedWeights.all.filter { $0.model == entry.name }.map(\.name)
  }
}
