import Tensor

/// A part of a model: parameters, buffers and further modules, each found under the name of the property that holds it.
///
/// Property names become the names of PyTorch: `convStem` is `conv_stem`, the third element of `blocks` is `blocks.2`.
open class Module {
  /// Where the module stands in its model, such as "layer1.0.conv2"; empty for the model itself.
  public private(set) var path = ""
  /// Whether the module trains: batch norm uses the batch's statistics, dropout drops.
  public private(set) var isTraining = true

  /// A module without parts; subclasses add properties.
  public init() {}

  /// The parts by name, in the order of their declaration; read by reflection unless overridden.
  open var parts: [(name: String, part: Any)] {
    var mirrors: [Mirror] = []
    var mirror: Mirror? = Mirror(reflecting: self)
    while let current = mirror, current.subjectType != Module.self {
      mirrors.append(current)
      mirror = current.superclassMirror
    }
    return mirrors.reversed().flatMap { mirror in
      mirror.children.compactMap { child in
        child.label.map { (Module.publishedName(ofProperty: $0), child.value) }
      }
    }
  }

  /// `convPwl` → `conv_pwl`, `layer1` → `layer1`.
  private static func publishedName(ofProperty property: String) -> String {
    property.reduce(into: "") { name, character in
      if character.isUppercase { name.append("_") }
      name.append(character.lowercased())
    }
  }

  /// Parameters, buffers and modules that are parts of this module, those in arrays and optionals included.
  var namedParts: [(name: String, part: AnyObject)] {
    func flatten(_ name: String, _ value: Any) -> [(String, AnyObject)] {
      switch value {
      case let module as Module: return [(name, module)]
      case let parameter as Parameter: return [(name, parameter)]
      case let buffer as Buffer: return [(name, buffer)]
      case let list as [Any]: return list.enumerated().flatMap { flatten("\(name).\($0)", $1) }
      default:
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .optional, let wrapped = mirror.children.first else { return [] }
        return flatten(name, wrapped.value)
      }
    }
    return parts.flatMap { flatten($0.name, $0.part) }
  }

  /// All modules below this one and itself, by path relative to it.
  public func namedModules() -> [(path: String, module: Module)] {
    var result: [(String, Module)] = [("", self)]
    for case (let name, let module as Module) in namedParts {
      result += module.namedModules().map { (Module.join(name, $0.path), $0.module) }
    }
    return result
  }

  /// All parameters by name, in the order of their declaration.
  public func namedParameters() -> [(name: String, parameter: Parameter)] {
    namedLeaves().compactMap { name, leaf in (leaf as? Parameter).map { (name, $0) } }
  }

  /// All buffers (tensors that training changes without gradients) by name.
  public func namedBuffers() -> [(name: String, buffer: Buffer)] {
    namedLeaves().compactMap { name, leaf in (leaf as? Buffer).map { (name, $0) } }
  }

  private func namedLeaves() -> [(String, AnyObject)] {
    namedPartsInOrder(prefix: "")
  }

  private func namedPartsInOrder(prefix: String) -> [(String, AnyObject)] {
    namedParts.flatMap { name, part -> [(String, AnyObject)] in
      let full = Module.join(prefix, name)
      return (part as? Module)?.namedPartsInOrder(prefix: full) ?? [(full, part)]
    }
  }

  private static func join(_ prefix: String, _ name: String) -> String {
    prefix.isEmpty ? name : name.isEmpty ? prefix : prefix + "." + name
  }

  /// Tells every module below where it stands, for errors and ledgers; done once when a model is complete, and below a part
  /// of it that gets new parts.
  @discardableResult
  public func namingParts() -> Self {
    let start = path
    for (path, module) in namedModules() { module.path = Module.join(start, path) }
    return self
  }

  /// Switches the module and all below it between training and evaluation.
  public func setTraining(_ isTraining: Bool) {
    for (_, module) in namedModules() { module.isTraining = isTraining }
  }

  /// The number of elements of all parameters.
  public var parameterCount: Int { namedParameters().reduce(0) { $0 + $1.parameter.value.count } }
}

/// A tensor of a module that is saved with it and changed in place without gradients.
public final class Buffer {
  /// The elements.
  public let value: Tensor

  /// A buffer that starts with the given elements.
  public init(_ value: Tensor) { self.value = value }
}
