/// A file of named arrays, such as a model's weights.
public protocol ArrayFile: Sendable {
  /// The names of the arrays.
  var names: [String] { get }

  /// The array with this name, or nil.
  subscript(name: String) -> StoredArray? { get }
}
