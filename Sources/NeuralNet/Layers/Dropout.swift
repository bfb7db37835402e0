import Tensor

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
