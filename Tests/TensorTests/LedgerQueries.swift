import Tensor

extension Ledger {
  /// The bytes kept for the backward pass, over all rows.
  var savedBytes: Int { entries.values.reduce(0) { $0 + $1.savedBytes } }

  private func rows(_ operation: String, _ pass: Pass) -> [Entry] {
    entries.filter { $0.key.operation == operation && $0.key.pass == pass }.map(\.value)
  }

  /// How often an operation ran in a pass.
  func calls(_ operation: String, _ pass: Pass) -> Int { rows(operation, pass).reduce(0) { $0 + $1.calls } }

  /// The floating-point operations of an operation in a pass.
  func operations(_ operation: String, _ pass: Pass) -> Double {
    rows(operation, pass).reduce(0) { $0 + $1.operations }
  }
}
