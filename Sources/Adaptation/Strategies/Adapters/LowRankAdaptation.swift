import NeuralNet
import Tensor

/// LoRA: the weight stays, and a low-rank change of it trains beside it.
///
///     y = x Wᵀ + b + (α / r) · (x Aᵀ) Bᵀ
///
/// For linear layers and 1×1 convolutions of stride 1. `mergeAdapters()` of the network turns the adapters into weights. Hu et
/// al., "LoRA: Low-Rank Adaptation of Large Language Models", <https://arxiv.org/abs/2106.09685>.
public struct LowRankAdaptation: Strategy {
  /// The rank r of the change.
  public var rank: Int
  /// The numerator α of the scale.
  public var alpha: Double
  /// Whether the layer's bias trains too.
  public var trainsBias: Bool
  /// How cotangents flow back through the frozen weight; nil for exactly. A low-rank projection spares most of the work that
  /// LoRA alone leaves, and keeps nothing.
  public var passing: WalshTraining?

  /// LoRA of a rank; α is the rank unless given.
  public init(rank: Int, alpha: Double? = nil, trainsBias: Bool = false, passing: WalshTraining? = nil) {
    (self.rank, self.alpha, self.trainsBias) = (rank, alpha ?? Double(rank), trainsBias)
    self.passing = passing
  }

  /// Rank, α and whether the bias trains, as in "lora:8:16:bias", and the projection, as in "lora:8+walsh:l1-4".
  public var description: String {
    let scaled = alpha == Double(rank) ? "lora:\(rank)" : "lora:\(rank):\(StrategyArguments.text(alpha))"
    return scaled + (trainsBias ? ":bias" : "") + (passing.map { "+\($0)" } ?? "")
  }

  /// Reads what follows "lora".
  /// - Throws: ``StrategyError``.
  public static func parse(_ arguments: [Substring]) throws -> LowRankAdaptation {
    let trainsBias = arguments.last == "bias"
    let numbers = try StrategyArguments(
      arguments, of: "lora", counts: trainsBias ? [2, 3] : [1, 2],
      form: "lora:RANK, lora:RANK:ALPHA or either with :bias, such as lora:8")
    let hasAlpha = arguments.count == (trainsBias ? 3 : 2)
    return LowRankAdaptation(
      rank: try numbers.integer(0), alpha: hasAlpha ? try numbers.number(1) : nil, trainsBias: trainsBias)
  }

  public func check(_ layer: AdaptableLayer) throws {
    guard layer.isPointwise else {
      throw StrategyError(
        "\(layer.path) is a \(layer.kernel.height)×\(layer.kernel.width) convolution of stride "
          + "\(layer.options.stride.height) with \(layer.options.groups) groups; \(self) takes linear layers and 1×1 "
          + "convolutions of stride 1 without padding and groups")
    }
    let (inputs, outputs) = layer.channels
    guard (1...min(inputs, outputs)).contains(rank) else {
      throw StrategyError(
        "\(self) does not fit \(layer.path) of \(inputs) → \(outputs) channels; choose a rank of 1 … \(min(inputs, outputs))"
      )
    }
    guard alpha > 0 && alpha.isFinite else {
      throw StrategyError("the alpha of \(self) is \(alpha); choose a number above 0")
    }
    try passing?.check(layer)
  }

  public func install(on layer: AdaptableLayer, using generator: inout Generator) {
    let (inputs, outputs) = layer.channels
    layer.place(
      LowRankAdapter(inputs, outputs, rank: rank, scale: Float(alpha / Double(rank)), using: &generator))
    if trainsBias { layer.bias?.requiresGradient = true }
    if let passing { layer.replaceBackward(with: passing.backward) }
  }

  public func cost(of layer: AdaptableLayer, wantsInput: Bool) -> LayerCost {
    let (inputs, outputs) = layer.channels
    let rows = layer.inputShape.count / inputs
    let (reducing, restoring) = (2 * Double(rows * rank * inputs), 2 * Double(rows * rank * outputs))
    let upstream = wantsInput ? passingOperations(layer) + reducing : 0
    let biasBytes = trainsBias ? layer.bias?.value.byteCount ?? 0 : 0
    return LayerCost(
      savedBytes: (layer.inputShape.count + rows * rank) * layer.activations.byteCount,
      operations: 2 * restoring + reducing + upstream,
      parameterBytes: 2 * rank * (inputs + outputs) * DType.float32.byteCount + biasBytes)
  }

  /// Operations of the gradient of the input through the frozen weight.
  private func passingOperations(_ layer: AdaptableLayer) -> Double {
    guard let passing else { return layer.productOperations }
    return passing.cost(of: layer, wantsInput: true).operations - passing.cost(of: layer, wantsInput: false).operations
  }
}
