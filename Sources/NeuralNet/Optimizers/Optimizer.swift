import Tensor

/// Updates parameters in place from their gradients.
///
/// A parameter without a gradient (frozen, or not reached by the backward pass) stays as it is, and so does
/// its state. State is made when a parameter gets its first gradient; from then on a step takes no tensor
/// memory.
public protocol Optimizer: AnyObject {
  /// The learning rate of the next step, before the multipliers of the groups.
  var learningRate: Double { get set }

  /// What the optimiser updates.
  var groups: [ParameterGroup] { get }

  /// Updates all parameters that have a gradient.
  /// - Parameters:
  ///   - gradients: float32 gradients of the parameters' shapes.
  ///   - scale: multiplies each gradient first, for clipping and for averaging accumulated gradients.
  func step(gradients: Gradients, scale: Float)

  /// What a checkpoint keeps: for each parameter the number of its steps, `<name>.step` (int64, one element),
  /// and once that is not zero the tensors of the method, such as `<name>.momentum`, in the parameter's
  /// shape.
  ///
  /// The tensors share memory with the optimiser: save or copy them before the next step. The learning rate
  /// is not part of the state; it comes from the schedule.
  var state: [String: Tensor] { get }

  /// Continues from a saved state, which is copied; a state that does not fit changes nothing.
  /// - Throws: ``StateError``, which names what is missing, unexpected or of the wrong shape.
  func load(state: [String: Tensor]) throws
}

extension Optimizer {
  /// Updates all parameters that have a gradient.
  public func step(gradients: Gradients) { step(gradients: gradients, scale: 1) }

  /// The parameters of all groups.
  public var parameters: [Parameter] { groups.flatMap { $0.parameters.map(\.parameter) } }
}
