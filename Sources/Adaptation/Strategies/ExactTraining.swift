import NeuralNet
import Tensor

/// The exact gradients of weight and bias: plain back-propagation through the layer.
public struct ExactTraining: Strategy {
  /// Exact gradients.
  public init() {}

  public var description: String { "exact" }

  public func check(_ layer: AdaptableLayer) {}

  public func install(on layer: AdaptableLayer, using generator: inout Generator) { layer.train() }

  public func cost(of layer: AdaptableLayer, wantsInput: Bool) -> LayerCost {
    LayerCost(
      savedBytes: layer.inputShape.count * layer.activations.byteCount,
      operations: layer.productOperations * (wantsInput ? 2 : 1), parameterBytes: layer.weight.value.byteCount)
  }
}
