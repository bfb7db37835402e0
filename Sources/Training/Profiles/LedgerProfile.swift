import Reporting
import Tensor

/// A ledger summed by module or by kind of operation, for tables and charts.
public struct LedgerProfile {
  /// What the rows stand for.
  public enum Grouping: Sendable {
    case module, operation
  }

  /// What one pass cost.
  public struct Cost: Sendable {
    /// Time inside of kernels.
    public var milliseconds = 0.0
    /// Floating-point operations; a multiply-add is two.
    public var operations = 0.0
  }

  /// The cost of one module or of one kind of operation.
  public struct Row: Sendable {
    /// The module's path or the operation's name.
    public let name: String
    /// How often its kernels ran.
    public var calls = 0
    public var forward = Cost()
    public var backward = Cost()
    /// Bytes kept for the backward pass.
    public var savedBytes = 0
    /// The largest number of bytes alive right after one of its kernels.
    public var peakBytes = 0

    fileprivate mutating func add(_ entry: Ledger.Entry, _ pass: Ledger.Pass) {
      let path = pass == .forward ? \Row.forward : \Row.backward
      calls += entry.calls
      self[keyPath: path].milliseconds += Double(entry.nanoseconds) / 1e6
      self[keyPath: path].operations += entry.operations
      savedBytes += entry.savedBytes
      peakBytes = max(peakBytes, entry.peakBytes)
    }

    /// The row as JSON.
    public var json: JSONValue {
      [
        "name": .string(name), "calls": .integer(calls), "forward_ms": .number(forward.milliseconds),
        "backward_ms": .number(backward.milliseconds), "forward_flop": .number(forward.operations),
        "backward_flop": .number(backward.operations), "saved_bytes": .integer(savedBytes),
        "peak_bytes": .integer(peakBytes),
      ]
    }
  }

  /// Rows by falling time.
  public let rows: [Row]
  /// The sum of all rows.
  public let total: Row

  /// Sums a ledger.
  public init(_ ledger: Ledger, grouping: Grouping) {
    var rows: [String: Row] = [:]
    var total = Row(name: "total")
    for (key, entry) in ledger.entries {
      let name = grouping == .operation ? key.operation : key.module.isEmpty ? "(outside)" : key.module
      rows[name, default: Row(name: name)].add(entry, key.pass)
      total.add(entry, key.pass)
    }
    self.rows = rows.values.sorted {
      ($0.forward.milliseconds + $0.backward.milliseconds, $1.name)
        > ($1.forward.milliseconds + $1.backward.milliseconds, $0.name)
    }
    self.total = total
  }

  /// The rows for a terminal or a report.
  public func table() -> TextTable {
    var table = TextTable(columns: [
      .init("where"), .init("calls", .right), .init("forward ms", .right), .init("backward ms", .right),
      .init("forward FLOP", .right), .init("backward FLOP", .right), .init("GFLOP/s", .right),
      .init("saved", .right), .init("peak alive", .right),
    ])
    for row in rows + [total] {
      let milliseconds = row.forward.milliseconds + row.backward.milliseconds
      let rate = milliseconds > 0 ? (row.forward.operations + row.backward.operations) / milliseconds / 1e6 : 0
      table.append([
        row.name, "\(row.calls)", HumanUnits.fixed(row.forward.milliseconds, digits: 2),
        HumanUnits.fixed(row.backward.milliseconds, digits: 2), HumanUnits.count(row.forward.operations),
        HumanUnits.count(row.backward.operations), HumanUnits.fixed(rate, digits: 1),
        HumanUnits.bytes(row.savedBytes), HumanUnits.bytes(row.peakBytes),
      ])
    }
    return table
  }
}
