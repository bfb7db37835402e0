import Tensor

/// A module from one tensor to one tensor.
///
/// Override `forward(_:)`; call the layer like a function, which names it in errors and in the ledger.
open class Layer: Module {
  /// The result for an input; without shapes of its own it traps.
  open func forward(_ x: Tensor) -> Tensor { fatalError("\(type(of: self)) does not override forward(_:)") }

  /// Runs the layer.
  public final func callAsFunction(_ x: Tensor) -> Tensor { scoped { forward(x) } }
}

extension Module {
  /// Runs a body under this module's name, for the entry points of modules with more than one operand.
  public func scoped<Result>(_ body: () -> Result) -> Result {
    path.isEmpty ? body() : Scope.$path.withValue(path, operation: body)
  }
}
