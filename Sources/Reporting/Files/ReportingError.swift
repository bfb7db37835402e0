/// Why something that people look at could not be written or read.
public struct ReportingError: Error, Equatable, CustomStringConvertible {
  /// One sentence that names the file or the value, what was found and what was expected.
  public let description: String

  /// Creates an error with its sentence.
  public init(_ description: String) {
    self.description = description
  }
}
