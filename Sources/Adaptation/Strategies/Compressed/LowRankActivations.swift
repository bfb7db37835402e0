import NeuralNet
import Tensor

/// The input is kept as a truncated higher-order SVD, new in each step; the gradient of the weight comes from that.
///
///     x ≈ S ×₀ U₀ ×₁ U₁ …,   K_m the smallest rank with Σ_{k≤K_m} σ_k² ≥ ε Σ σ_k²
///
/// The gradient of the input is exact. How much is kept depends on the activations. Nguyen et al., "Activation Map Compression
/// through Tensor Decomposition for Deep Learning", NeurIPS 2024, section 3, <https://arxiv.org/abs/2411.06346>.
public struct LowRankActivations: Strategy {
  /// The part ε of the energy of each axis that is kept, above 0 and at most 1.
  public var energy: Double

  /// Activations with a part of their energy.
  public init(energy: Double) { self.energy = energy }

  public var description: String { "low-rank:\(StrategyArguments.text(energy))" }

  /// Reads what follows "low-rank".
  /// - Throws: ``StrategyError``.
  public static func parse(_ arguments: [Substring]) throws -> LowRankActivations {
    let numbers = try StrategyArguments(
      arguments, of: "low-rank", counts: [1], form: "low-rank:ENERGY, such as low-rank:0.8")
    return LowRankActivations(energy: try numbers.number(0))
  }

  public func check(_ layer: AdaptableLayer) throws {
    guard energy > 0 && energy <= 1 else {
      throw StrategyError("\(self) keeps \(energy) of the energy; choose a part above 0, at most 1")
    }
  }

  public func install(on layer: AdaptableLayer, using generator: inout Generator) {
    layer.train(with: CompressedBackward(compression: EnergyTruncation(energy: energy)))
  }

  /// An upper bound: the ranks of activations without any structure. What is really kept is known after a step.
  public func cost(of layer: AdaptableLayer, wantsInput: Bool) -> LayerCost {
    let cost = CompressionCost(layer) { shape in shape.array.map { min($0, shape.count / max(1, $0)) } }
    return cost.cost(finding: cost.decomposing, wantsInput: wantsInput)
  }
}
