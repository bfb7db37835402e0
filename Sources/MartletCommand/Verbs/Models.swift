import ArgumentParser
import Models
import Reporting
import Tensor

/// `martlet models`: what can be built by name.
struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the models that can be built by name.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    let rows = try ModelRegistry.entries.map { entry in
      var generator = Generator(seed: 0)
      let parameters = try ModelRegistry.make(entry.defaults, using: &generator).network.parameterCount
      return (entry: entry, parameters: parameters)
    }
    if output.json {
      let list = JSONValue(rows) { row in
        [
          "name": .string(row.entry.name), "parameters": .integer(row.parameters),
          "input_size": .integer(row.entry.defaults.inputSize), "classes": .integer(row.entry.defaults.classes),
          "task": .string(row.entry.task.rawValue), "source": .string(row.entry.source),
        ]
      }
      print(list.serialized(pretty: true))
      return
    }
    var table = TextTable(columns: [
      .init("name"), .init("parameters", .right), .init("input", .right), .init("classes", .right), .init("source"),
    ])
    for row in rows {
      let defaults = row.entry.defaults
      table.append([
        row.entry.name, HumanUnits.grouped(row.parameters),
        "\(defaults.inputSize)×\(defaults.inputSize)×\(defaults.inputChannels)", "\(defaults.classes)",
        row.entry.source,
      ])
    }
    print(table.rendered())
  }
}
