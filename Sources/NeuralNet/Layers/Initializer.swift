import Tensor

/// How the elements of a weight start.
public enum Initializer: Sendable {
  /// Normal with variance 2 / (outputs × kernel area / groups): He et al. 2015, over the outputs.
  case heFanOut
  /// Normal with variance 2 / (inputs / groups × kernel area): He et al. 2015, over the inputs.
  case heFanIn
  /// Uniform in ±1/√inputs, PyTorch's default.
  case uniformFanIn
  /// Normal with the given deviation.
  case normal(deviation: Float)
  case zeros

  /// A new weight of shape [O, I, …].
  /// - Parameters:
  ///   - shape: [O, I, …]; I is that of one group.
  ///   - groups: of a grouped convolution.
  ///   - generator: draws the numbers.
  public func weight(_ shape: Shape, groups: Int = 1, using generator: inout Generator) -> Tensor {
    let area = shape.count(2..<shape.rank)
    switch self {
    case .heFanOut:
      let deviation = (2 / Float(shape[0] * area / groups)).squareRoot()
      return .normal(shape, deviation: deviation, using: &generator)
    case .heFanIn:
      let deviation = (2 / Float(max(1, shape[1] * area))).squareRoot()
      return .normal(shape, deviation: deviation, using: &generator)
    case .uniformFanIn:
      let bound = 1 / Float(max(1, shape[1] * area)).squareRoot()
      return .uniform(shape, in: -bound..<bound, using: &generator)
    case .normal(let deviation): return .normal(shape, deviation: deviation, using: &generator)
    case .zeros: return .zeros(shape)
    }
  }
}
