import Tensor

/// An activation as a layer.
public final class ActivationLayer: Layer {
  /// The function.
  public let activation: Activation

  /// A layer that applies a function to every element.
  public init(_ activation: Activation) { self.activation = activation }

  public override func forward(_ x: Tensor) -> Tensor { x.activated(activation) }
}

/// Zeroes elements at random while training, scaling the others so that the mean stays.
public final class Dropout: Layer, RandomLayer {
  /// The chance of an element to be zeroed.
  public let probability: Float
  public var generator: Generator

  /// A dropout with random numbers of its own.
  public init(_ probability: Float, using generator: inout Generator) {
    self.probability = probability
    self.generator = generator.split()
  }

  public override func forward(_ x: Tensor) -> Tensor {
    isTraining ? x.droppedOut(probability: probability, using: &generator) : x
  }
}

/// Zeroes whole examples at random while training: stochastic depth, for the body of a residual.
public final class DropPath: Layer, RandomLayer {
  /// The chance of an example to be zeroed.
  public let probability: Float
  public var generator: Generator

  /// A drop-path with random numbers of its own.
  public init(_ probability: Float, using generator: inout Generator) {
    self.probability = probability
    self.generator = generator.split()
  }

  public override func forward(_ x: Tensor) -> Tensor {
    isTraining ? x.droppedPaths(probability: probability, using: &generator) : x
  }
}

/// A layer that draws random numbers; its generator is part of a run's saved state.
public protocol RandomLayer: AnyObject {
  /// The random numbers to come.
  var generator: Generator { get set }
}
