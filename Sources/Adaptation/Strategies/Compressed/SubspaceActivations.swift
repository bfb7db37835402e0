import NeuralNet
import Tensor

/// The input is kept with fixed ranks, whose directions follow the activations by one step of subspace iteration in each
/// training step; the gradient of the weight comes from that.
///
///     V = Xᵀ U,   U = QR(X V)   for the unfolding X of each axis, from the last step's U
///
/// The gradient of the input is exact. Nguyen et al., "Beyond Low-rank Decomposition: A Shortcut Approach for Efficient
/// On-Device Learning", ICML 2025, section 3, <https://arxiv.org/abs/2505.05086>.
public struct SubspaceActivations: Strategy {
  /// How many directions of each axis are kept.
  public var ranks: ActivationRanks

  /// Activations of fixed ranks.
  public init(ranks: ActivationRanks) { self.ranks = ranks }

  public var description: String {
    let ranks = Set(ranks.array).count == 1 ? [ranks.batch] : ranks.array
    return "subspace:" + ranks.map(String.init).joined(separator: ":")
  }

  /// Reads what follows "subspace".
  /// - Throws: ``StrategyError``.
  public static func parse(_ arguments: [Substring]) throws -> SubspaceActivations {
    let form = "subspace:RANK or subspace:BATCH:HEIGHT:WIDTH:CHANNELS, such as subspace:8 or subspace:4:4:4:16"
    let numbers = try StrategyArguments(arguments, of: "subspace", counts: [1, 4], form: form)
    let ranks = try arguments.indices.map(numbers.integer)
    guard ranks.count == 4 else { return SubspaceActivations(ranks: ActivationRanks(ranks[0])) }
    return SubspaceActivations(
      ranks: ActivationRanks(batch: ranks[0], height: ranks[1], width: ranks[2], channels: ranks[3]))
  }

  public func check(_ layer: AdaptableLayer) throws {
    guard ranks.array.allSatisfy({ $0 >= 1 }) else {
      throw StrategyError("\(self) keeps no direction of an axis; choose ranks of at least 1")
    }
  }

  public func install(on layer: AdaptableLayer, using generator: inout Generator) {
    let iteration = SubspaceIteration(ranks: ranks, generator: generator.split())
    layer.train(with: CompressedBackward(compression: iteration))
  }

  public func cost(of layer: AdaptableLayer, wantsInput: Bool) -> LayerCost {
    let cost = CompressionCost(layer, ranks: ranks.ranks)
    return cost.cost(finding: cost.iterating, wantsInput: wantsInput)
  }
}
