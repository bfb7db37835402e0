import NeuralNet
import Tensor

/// A way to train one convolution or linear layer: which of its parameters, and how cotangents flow back through it.
///
/// A ``Scheme`` gives each chosen layer a strategy; strategies mix freely in one network. All other parameters are frozen before
/// strategies are installed.
public protocol Strategy: Sendable, CustomStringConvertible {
  /// How options write it, such as "filter:4".
  var description: String { get }

  /// Stops where a layer cannot be trained in this way.
  /// - Throws: ``StrategyError``.
  func check(_ layer: AdaptableLayer) throws

  /// Lets the parameters train that this strategy trains, and replaces the layer's backward pass.
  ///
  /// Called on a frozen layer with the exact backward pass, after ``check(_:)``.
  /// - Parameters:
  ///   - layer: the layer to change.
  ///   - generator: for new parameters.
  func install(on layer: AdaptableLayer, using generator: inout Generator)

  /// What a step costs in the layer, for the batch of its shapes.
  /// - Parameters:
  ///   - layer: a layer that ``check(_:)`` let pass.
  ///   - wantsInput: whether something upstream trains.
  func cost(of layer: AdaptableLayer, wantsInput: Bool) -> LayerCost
}

/// What training a layer costs besides its forward pass, in one step.
public struct LayerCost: Sendable, Hashable {
  /// Bytes kept from the forward for the backward pass, for this layer's own gradient.
  public var savedBytes: Int
  /// Floating-point operations of the backward pass, a multiply-add counted as two.
  public var operations: Double
  /// Bytes of gradients and new parameters that are alive in a step.
  public var parameterBytes: Int

  /// A cost.
  public init(savedBytes: Int, operations: Double, parameterBytes: Int) {
    (self.savedBytes, self.operations, self.parameterBytes) = (savedBytes, operations, parameterBytes)
  }
}

/// A layer that a strategy cannot train.
public struct StrategyError: Error, CustomStringConvertible {
  /// What was found, what was expected, what to do.
  public let description: String

  /// An error with its sentence.
  public init(_ description: String) { self.description = description }
}
