import Tensor

/// A saved state that does not fit what it is loaded into.
public struct StateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the state is for, such as "SGD".
  public let owner: String
  /// Names that were expected and not found.
  public internal(set) var missing: [String] = []
  /// Names that were found and not expected.
  public internal(set) var unexpected: [String] = []
  /// Entries that cannot be used: name, what was found, what was expected.
  public internal(set) var unusable: [String] = []

  init(owner: String) { self.owner = owner }

  var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && unusable.isEmpty }

  /// One sentence: names in each category, at most five of each, and what to do.
  public var description: String {
    let parts = [("missing", missing), ("unexpected", unexpected), ("unusable", unusable)].compactMap {
      label, names in names.isEmpty ? nil : "\(label) " + Self.shortened(names)
    }
    return "the saved state does not fit \(owner): \(parts.joined(separator: "; ")); "
      + "continue with the model and the options that the checkpoint was made with"
  }

  private static func shortened(_ names: [String]) -> String {
    let limit = 5
    let shown = names.prefix(limit).joined(separator: ", ")
    return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
  }

  /// The tensor of a state if it is there and of the wanted shape and type; otherwise nil, and the problem is
  /// noted.
  mutating func checked(_ state: [String: Tensor], _ name: String, shape: Shape, dtype: DType) -> Tensor? {
    guard let tensor = state[name] else {
      missing.append(name)
      return nil
    }
    guard tensor.shape == shape, tensor.dtype == dtype else {
      unusable.append("\(name) (\(tensor.dtype) \(tensor.shape), expected \(dtype) \(shape))")
      return nil
    }
    return tensor
  }
}
