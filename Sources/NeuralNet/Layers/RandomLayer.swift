import Tensor

/// A layer that draws random numbers; its generator is part of a run's saved state.
public protocol RandomLayer: AnyObject {
  /// The random numbers to come.
  var generator: Generator { get set }
}
