import Tensor

/// What a backward pass remembers from one step to the next.
public struct BackwardState: Sendable {
  /// The random numbers to come.
  public var generator: Generator
  /// Tensors by name; a name holds no dot.
  public var tensors: [String: Tensor]

  /// A state.
  public init(generator: Generator, tensors: [String: Tensor] = [:]) {
    (self.generator, self.tensors) = (generator, tensors)
  }
}

/// A backward pass of a layer that remembers something; that is part of a run's saved state.
public protocol StatefulBackward {
  /// What it remembers. A tensor that does not fit is as good as none.
  var state: BackwardState { get nonmutating set }
}

extension Module {
  /// The backward passes below that remember something, by the paths of their layers.
  public func statefulBackwards() -> [(path: String, backward: any StatefulBackward)] {
    namedModules().compactMap { path, module in
      let backward: Any? =
        switch module {
        case let layer as Convolution: layer.backward
        case let layer as Linear: layer.backward
        default: nil
        }
      return (backward as? any StatefulBackward).map { (path, $0) }
    }
  }
}
