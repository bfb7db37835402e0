import NeuralNet
import Tensor

/// The exact gradients of weight and bias: plain back-propagation through the layer.
public struct ExactTraining: Strategy {
  /// Exact gradients.
  public init() {}

  public var description: String { "exact" }

  public func check(_ layer: AdaptableLayer) {}

  public func install(on layer: AdaptableLayer, using generator: inout Generator) {
    layer.weight.requiresGradient = true
    layer.bias?.requiresGradient = true
  }

  public func cost(of layer: AdaptableLayer, wantsInput: Bool) -> LayerCost {
    let weight = layer.weight.value
    let product = 2 * Double(layer.outputShape.count) * Double(weight.count / weight.shape[0])
    return LayerCost(
      savedBytes: layer.inputShape.count * DType.float32.byteCount, operations: product * (wantsInput ? 2 : 1),
      parameterBytes: weight.byteCount)
  }
}
