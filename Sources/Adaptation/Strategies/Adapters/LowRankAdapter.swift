import NeuralNet
import Tensor

/// The low-rank change of a linear map: (α / r) · (x Aᵀ) Bᵀ.
///
/// A starts as PyTorch's linear layers do (Kaiming-uniform with a = √5: uniform in ±1/√inputs) and B at zero, so that a new
/// adapter adds nothing. Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", section 4.1,
/// <https://arxiv.org/abs/2106.09685>.
///
/// # Shapes
/// input […, inputs] → output […, outputs]; `lora_a` [rank, inputs], `lora_b` [outputs, rank].
public final class LowRankAdapter: Layer, WeightAdapter {
  /// A.
  public let loraA: Parameter
  /// B.
  public let loraB: Parameter
  /// α / r.
  public let scale: Float

  /// A new adapter.
  public init(_ inputs: Int, _ outputs: Int, rank: Int, scale: Float, using generator: inout Generator) {
    loraA = Parameter(Initializer.uniformFanIn.weight([rank, inputs], using: &generator))
    loraB = Parameter(.zeros([outputs, rank]))
    self.scale = scale
  }

  public override func forward(_ x: Tensor) -> Tensor {
    let reduced = linear(x, weight: loraA.tensor)
    return linear(scale == 1 ? reduced : reduced.scaled(by: scale), weight: loraB.tensor)
  }

  public var weightChange: Tensor { loraB.value.matrixProduct(loraA.value).scaled(by: scale) }
}
