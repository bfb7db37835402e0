import Tensor

/// The layers of a module as a table: path, kind, parameters, and which of them train.
///
/// A row stands for each module that has parameters of its own or no modules below it.
public struct ModuleSummary: Sendable, CustomStringConvertible {
  /// One layer.
  public struct Row: Sendable {
    /// Where the layer stands below the module that is described; empty for that module itself.
    public let path: String
    /// The name of its type, such as "Convolution".
    public let kind: String
    /// The names and shapes of its own parameters.
    public let parameters: [(name: String, shape: Shape)]
    /// The number of elements of those that train.
    public let trainableCount: Int
    /// The number of elements of those that are frozen.
    public let frozenCount: Int
  }

  /// The layers in the order of their declaration.
  public let rows: [Row]

  /// The number of elements of all parameters that train.
  public var trainableCount: Int { rows.reduce(0) { $0 + $1.trainableCount } }
  /// The number of elements of all frozen parameters.
  public var frozenCount: Int { rows.reduce(0) { $0 + $1.frozenCount } }

  fileprivate init(_ module: Module) {
    rows = module.namedModules().compactMap { path, module in Row(path, module) }
  }

  /// The rows in aligned columns under a heading, and the totals.
  public var description: String {
    let heading = ["layer", "kind", "parameters", "count", ""]
    let cells = [heading] + rows.map(\.cells)
    let widths = heading.indices.map { column in cells.reduce(0) { max($0, $1[column].count) } }
    let lines = cells.map { row in
      let columns = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 3 ? padding + row[column] : row[column] + padding
      }
      let line = columns.joined(separator: "  ")
      return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
    }
    let total =
      "\(grouped(trainableCount + frozenCount)) parameters in \(rows.count) layers: "
      + "\(grouped(trainableCount)) trainable, \(grouped(frozenCount)) frozen"
    return (lines + [total]).joined(separator: "\n")
  }
}

extension ModuleSummary.Row {
  fileprivate init?(_ path: String, _ module: Module) {
    let own = module.namedParts.compactMap { name, part in (part as? Parameter).map { (name, $0) } }
    guard !own.isEmpty || module.namedModules().count == 1 else { return nil }
    func count(trainable: Bool) -> Int {
      own.reduce(0) { $0 + ($1.1.requiresGradient == trainable ? $1.1.value.count : 0) }
    }
    self.path = path
    kind = "\(type(of: module))"
    parameters = own.map { ($0.0, $0.1.value.shape) }
    (trainableCount, frozenCount) = (count(trainable: true), count(trainable: false))
  }

  fileprivate var cells: [String] {
    let state =
      switch (trainableCount > 0, frozenCount > 0) {
      case (true, true): "partly frozen"
      case (true, false): "trainable"
      case (false, true): "frozen"
      case (false, false): ""
      }
    return [
      path.isEmpty ? "(itself)" : path, kind,
      parameters.map { "\($0.name) \($0.shape)" }.joined(separator: ", "),
      grouped(trainableCount + frozenCount), state,
    ]
  }
}

/// The digits in groups of three: 1234567 → "1,234,567".
private func grouped(_ count: Int) -> String {
  let digits = Array(String(count))
  return digits.indices.reduce(into: "") { text, index in
    if index > 0 && (digits.count - index).isMultiple(of: 3) { text.append(",") }
    text.append(digits[index])
  }
}

extension Module {
  /// A table of the layers with their parameters; print it.
  public func summary() -> ModuleSummary { ModuleSummary(self) }
}
