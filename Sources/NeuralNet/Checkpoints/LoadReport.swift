import Formats
import Tensor

/// What `Module.load` found: names that did not meet, and tensors that do not fit.
public struct LoadReport: Sendable, CustomStringConvertible {
  /// A tensor whose shape or type differs between the file and the module.
  public struct Misfit: Sendable, Hashable, CustomStringConvertible {
    /// The name of the tensor.
    public let name: String
    /// Type and shape in the file, such as `float32 [1000, 512]`; "absent" where it has none.
    public let found: String
    /// Type and shape in the module.
    public let expected: String
    public var description: String { "\(name) is \(found), the model has \(expected)" }
  }

  /// Names that were loaded.
  public var matched: [String] = []
  /// Names of the module that the file lacks.
  public var missing: [String] = []
  /// Names of the file that the module lacks.
  public var unexpected: [String] = []
  /// Tensors of another shape or type.
  public var misfits: [Misfit] = []
  /// Tensors of another shape, or absent, that keep the module's values, as the policy allows for their names.
  public var replaced: [Misfit] = []

  /// Whether every name met and fitted; replaced tensors count as fitting.
  public var isComplete: Bool { missing.isEmpty && unexpected.isEmpty && misfits.isEmpty }

  public var description: String {
    func list(_ title: String, _ names: [String]) -> String? {
      names.isEmpty ? nil : "\(title) (\(names.count)): " + names.joined(separator: ", ")
    }
    let lines = [
      list("missing", missing), list("unexpected", unexpected), list("does not fit", misfits.map(\.description)),
      list("new values instead", replaced.map(\.description)),
    ]
    return (["\(matched.count) tensors matched"] + lines.compactMap { $0 }).joined(separator: "\n")
  }
}

/// Weights that do not belong to the model they were loaded into.
public struct LoadError: Error, CustomStringConvertible {
  /// Where the weights came from.
  public let file: String
  /// What did not meet.
  public let report: LoadReport
  public var description: String {
    "\(file) does not hold this model's weights:\n\(report)\nCheck --model and the number of classes."
  }
}

/// Which differences between a file and a module are no error.
public struct LoadPolicy: Sendable {
  /// Names of tensors that keep the module's values where the file has them in another shape: a classifier for other classes.
  public var replaceable: Set<String> = []
  /// Names of tensors that keep the module's values where the file lacks them: a head for another task.
  public var optional: Set<String> = []
  /// Whether tensors that the file lacks keep the module's values.
  public var allowsMissing = false
  /// Whether tensors that the module lacks are left out.
  public var allowsUnexpected = false

  /// A policy without allowances.
  public init() {}
}
