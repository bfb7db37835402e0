import Adaptation
import Reporting

/// Prints the result of a verb: as JSON for programs, as lines for people.
enum Report {
  static func print(_ document: JSONObject, _ options: OutputOptions) {
    if options.json {
      Swift.print(JSONValue.object(document).serialized(pretty: true))
      return
    }
    for (key, value) in document {
      let text: String =
        switch value {
        case .number(let number): HumanUnits.significant(number)
        case .string(let string): string
        default: value.serialized()
        }
      Swift.print("\(key): \(text)")
    }
  }

  /// Prints a comparison: as an array of what single runs print, or as a table.
  static func print(_ runs: [ComparedRun], _ options: OutputOptions) {
    let text =
      options.json
      ? JSONValue(runs) { .object($0.document) }.serialized(pretty: true) : ComparisonTable.table(runs).rendered()
    Swift.print(text, terminator: options.json ? "\n" : "")
  }
}
