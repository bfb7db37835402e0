/// A network that cannot be written in a format.
public struct ExportError: Error, CustomStringConvertible {
  public let description: String

  /// What was found, what was expected, what to do.
  public init(_ description: String) { self.description = description }

  /// An operation that a format cannot express.
  init(_ operation: String, in scope: String, _ reason: String) {
    description = "\(scope.isEmpty ? "the network" : scope): \(operation) cannot be exported: \(reason)"
  }
}
