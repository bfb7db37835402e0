import NeuralNet
import Tensor
import Training

/// The places where a network can be cut so that nothing in front of them trains.
public struct FrozenFront {
  /// The places, the deepest first; at least one.
  public let boundaries: [Boundary]

  /// Looks at what of a network trains now.
  /// - Throws: ``StrategyError`` where the network cannot be cut, or something trains in front of every place.
  public init(of network: AdaptableNetwork) throws {
    let name = network.model.configuration.name
    guard let chain = network.network as? Chain else {
      throw StrategyError(
        "\(name) has no place where a single tensor passes, so its features cannot be cached; leave out --cache-features"
      )
    }
    boundaries = chain.boundaries.reversed().filter { boundary in
      let parameters = boundary.front.namedParameters()
      return !parameters.isEmpty && parameters.allSatisfy { !$0.parameter.requiresGradient }
    }
    guard !boundaries.isEmpty else {
      throw StrategyError(
        "no layer of \(name) is frozen in front of the first that trains, so there are no features to cache; train fewer "
          + "layers (--layers last:4) or leave out --cache-features")
    }
  }
}

extension Boundary {
  /// What passes here for some pictures, as it is kept: float32, computed in the precision of a training.
  public func features(of images: Tensor, in precision: Precision) -> Tensor {
    front.evaluated(on: images, in: precision)
  }
}
