/// What is wrong with a data set, a transform or a loader, in one sentence that says what to do.
///
/// Files that cannot be read are reported as `FormatError`, which names the file.
public struct DataSetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// Creates an error.
  public init(_ description: String) { self.description = description }
}
