import NeuralNet
import Tensor

/// Only the bias trains; nothing of the input is kept. A layer without a bias trains nothing and passes cotangents on exactly.
///
/// Cai et al., "TinyTL: Reduce Memory, Not Parameters for Efficient On-Device Learning", section 3.2,
/// <https://arxiv.org/abs/2007.11622>. The paper's lite residual modules are not part of it.
public struct BiasTraining: Strategy {
  /// Training of the bias.
  public init() {}

  public var description: String { "bias" }

  /// Reads what follows "bias": nothing.
  /// - Throws: ``StrategyError``.
  public static func parse(_ arguments: [Substring]) throws -> BiasTraining {
    _ = try StrategyArguments(arguments, of: "bias", counts: [0], form: "bias")
    return BiasTraining()
  }

  public func check(_ layer: AdaptableLayer) {}

  public func install(on layer: AdaptableLayer, using generator: inout Generator) {
    layer.bias?.requiresGradient = true
  }

  public func cost(of layer: AdaptableLayer, wantsInput: Bool) -> LayerCost {
    LayerCost(
      savedBytes: 0, operations: wantsInput ? layer.productOperations : 0,
      parameterBytes: layer.bias?.value.byteCount ?? 0)
  }
}
