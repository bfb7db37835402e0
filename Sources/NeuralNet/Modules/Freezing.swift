import Tensor

extension Module {
  /// Stops the training of all parameters whose names match; they cost no backward work from then on.
  /// - Parameter pattern: a name, a prefix that ends at a dot, or a pattern with `*`; everything by default.
  /// - Returns: the number of parameters that matched.
  @discardableResult
  public func freeze(_ pattern: String = "*") -> Int { setRequiresGradient(false, pattern) }

  /// Lets all parameters train whose names match; see `freeze(_:)`.
  @discardableResult
  public func unfreeze(_ pattern: String = "*") -> Int { setRequiresGradient(true, pattern) }

  /// The parameters that train, by name, in the order of their declaration.
  public func trainableParameters() -> [(name: String, parameter: Parameter)] {
    namedParameters().filter(\.parameter.requiresGradient)
  }

  private func setRequiresGradient(_ requiresGradient: Bool, _ pattern: String) -> Int {
    let matching = namedParameters().filter { NamePattern(pattern).matches($0.name) }
    for (_, parameter) in matching { parameter.requiresGradient = requiresGradient }
    return matching.count
  }
}

/// Selects names such as "layer1.0.conv1.weight": exactly, by a prefix of whole components, or with `*` for any text.
public struct NamePattern: Sendable, Hashable {
  private let pattern: String

  /// A pattern as written by a user.
  public init(_ pattern: String) { self.pattern = pattern }

  /// Whether the pattern selects the name.
  public func matches(_ name: String) -> Bool {
    if !pattern.contains("*") { return name == pattern || name.hasPrefix(pattern + ".") }
    let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    guard name.hasPrefix(pieces[0]) else { return false }
    var rest = name.dropFirst(pieces[0].count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(pieces.last ?? "")
  }
}
