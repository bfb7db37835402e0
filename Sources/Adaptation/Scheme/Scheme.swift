import Models
import NeuralNet
import Tensor

/// What of a network is trained, and how: a strategy for each chosen layer, the classifier exactly, and some of the norms.
public struct Scheme: Sendable {
  /// A layer and how it is trained.
  public struct Choice: Sendable {
    /// The path of the layer.
    public let layer: String
    /// How it is trained.
    public let strategy: any Strategy

    /// A choice.
    public init(layer: String, strategy: any Strategy) { (self.layer, self.strategy) = (layer, strategy) }
  }

  /// Which parameters train that belong to no convolution or linear layer: norms, layer scales, position tables.
  public enum Norms: String, Sendable, Hashable, CaseIterable, Codable {
    /// None.
    case frozen
    /// The shifts, whose gradients need nothing of the forward pass (Cai et al., "TinyTL", NeurIPS 2020, section 3.1).
    case shifts
    /// All of them behind the first layer that trains.
    case all
  }

  /// The choices, each layer at most once.
  public var choices: [Choice]
  /// What of the norms trains.
  public var norms: Norms

  /// A scheme.
  public init(_ choices: [Choice], norms: Norms = .shifts) { (self.choices, self.norms) = (choices, norms) }

  /// A scheme that gives selected layers their strategies; a later part counts for layers of an earlier one too.
  /// - Throws: ``StrategyError`` for layers that do not exist.
  public init(
    _ parts: [(layers: LayerSelection, strategy: any Strategy)], of network: AdaptableNetwork, norms: Norms
  ) throws {
    var strategies: [String: any Strategy] = [:]
    for part in parts {
      for layer in try part.layers.select(from: network.body) { strategies[layer.path] = part.strategy }
    }
    self.init(
      network.body.compactMap { layer in
        strategies[layer.path].map { Choice(layer: layer.path, strategy: $0) }
      }, norms: norms)
  }

  /// The strategy of a layer; nil for one that is frozen.
  public subscript(layer: String) -> (any Strategy)? { choices.first { $0.layer == layer }?.strategy }
}

extension AdaptableNetwork {
  /// Stops at the first layer that cannot be trained as a scheme says.
  /// - Throws: ``StrategyError``.
  public func check(_ scheme: Scheme) throws {
    var seen: Set<String> = []
    for choice in scheme.choices {
      guard let layer = layers[choice.layer] else {
        throw StrategyError("the network has no layer \"\(choice.layer)\"")
      }
      guard seen.insert(choice.layer).inserted else {
        throw StrategyError("\(choice.layer) has two strategies; give it one")
      }
      try choice.strategy.check(layer)
    }
  }

  /// Freezes the network, then lets train what a scheme says, and exactly whatever else is new, but for the parameters that no scheme
  /// trains.
  /// - Throws: ``StrategyError`` before anything is changed.
  public func install(_ scheme: Scheme, using generator: inout Generator) throws {
    try check(scheme)
    reset()
    for choice in scheme.choices {
      if let layer = layers[choice.layer] { choice.strategy.install(on: layer, using: &generator) }
    }
    for (_, parameter) in classifier { parameter.requiresGradient = true }
    for parameter in newParameters(outside: Set(scheme.choices.map(\.layer))) { parameter.requiresGradient = true }
    // Where every layer trains, there is no frozen part in front.
    for other in isWhole(scheme) ? layers.others : layers.others(behind: scheme.choices.map(\.layer)) {
      if scheme.norms == .all || (scheme.norms == .shifts && other.isShift) { other.parameter.requiresGradient = true }
    }
    for (name, parameter) in network.namedParameters() where isFrozen(name) { parameter.requiresGradient = false }
  }

  /// Freezes the network, then lets train what a scheme says, with random numbers from a seed.
  /// - Throws: ``StrategyError`` before anything is changed.
  public func install(_ scheme: Scheme, seed: UInt64) throws {
    var generator = Generator(seed: seed)
    try install(scheme, using: &generator)
  }

  /// All parameters frozen, all layers with their exact backward pass.
  public func reset() {
    network.freeze()
    for layer in layers.layers { layer.restore() }
  }
}

extension AdaptableLayer {
  /// The exact backward pass, no adapter, and every element of the weight to train.
  func restore() {
    weight.trainedRanges = nil
    switch kind {
    case .convolution(let layer): (layer.backward, layer.adapter) = (ExactConvolutionBackward(), nil)
    case .linear(let layer): (layer.backward, layer.adapter) = (ExactLinearBackward(), nil)
    }
  }
}
