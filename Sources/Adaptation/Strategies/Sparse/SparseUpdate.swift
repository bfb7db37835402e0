import NeuralNet
import Tensor

/// The bias trains, and the weights of some input channels: those with the largest norms.
///
/// Only these channels of the input are kept. In a convolution with groups, whole groups are chosen. The other weights stay
/// as they are, whatever the optimiser's weight decay (see `Parameter.trainedRanges`). Lin et al., "On-Device Training Under
/// 256KB Memory", section 2.2, <https://arxiv.org/abs/2206.15472>.
public struct SparseUpdate: Strategy {
  /// The part of the input channels (or groups) that train, above 0 and at most 1; at least one does.
  public var fraction: Double

  /// Training of a fraction of the input channels.
  public init(fraction: Double) { self.fraction = fraction }

  public var description: String { "sparse:\(StrategyArguments.text(fraction))" }

  /// Reads what follows "sparse".
  /// - Throws: ``StrategyError``.
  public static func parse(_ arguments: [Substring]) throws -> SparseUpdate {
    let numbers = try StrategyArguments(
      arguments, of: "sparse", counts: [1], form: "sparse:FRACTION, such as sparse:0.25")
    return SparseUpdate(fraction: try numbers.number(0))
  }

  public func check(_ layer: AdaptableLayer) throws {
    guard fraction > 0 && fraction <= 1 else {
      throw StrategyError(
        "\(self) asks for a fraction of \(fraction) of the input channels; choose one above 0, at most 1")
    }
  }

  public func install(on layer: AdaptableLayer, using generator: inout Generator) {
    let channels = InputChannels(of: layer)
    let chosen = channels.largest(channels.count(of: fraction))
    layer.weight.requiresGradient = true
    layer.bias?.requiresGradient = true
    guard chosen.count < channels.count else { return }
    layer.replaceBackward(with: SparseBackward(positions: chosen, groups: layer.options.groups))
    layer.weight.trainedRanges = channels.ranges(of: chosen)
  }

  public func cost(of layer: AdaptableLayer, wantsInput: Bool) -> LayerCost {
    let channels = InputChannels(of: layer)
    let chosen = channels.count(of: fraction)
    let product = layer.productOperations
    return LayerCost(
      savedBytes: layer.inputShape.count / channels.count * chosen * layer.activations.byteCount,
      operations: product * (Double(chosen) / Double(channels.count) + (wantsInput ? 1 : 0)),
      parameterBytes: layer.gradientBytes)
  }
}
