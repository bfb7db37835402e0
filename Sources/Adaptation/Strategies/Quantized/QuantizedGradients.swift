import NeuralNet
import Tensor

/// Gradients from activations, weights and cotangents of a few bits; the forward pass stays exact.
///
///     gx = Q₁(gy) Q(W),   gW = Q₂(gy)ᵀ Q(x)
///
/// Q rounds to nearest, with 0 among the codes of weights; Q₁ and Q₂ round at random, so that both gradients have the mean of
/// those with an exact cotangent. The input is kept as codes of one byte. The products themselves run in float32 on the values of the codes: what
/// is simulated is the error of an integer product, not its speed. Chen et al., "A Statistical Framework for Low-bitwidth
/// Training of Deep Neural Networks", sections 3 and 4.1, <https://arxiv.org/abs/2010.14298>.
public struct QuantizedGradients: Strategy {
  /// What has a range of its own in a cotangent.
  public enum Ranges: String, Sendable, Hashable, CaseIterable {
    /// The tensor as a whole: per-tensor quantisation.
    case tensor = "ptq"
    /// Each example, for the gradient of the input, and each output channel, for that of the weight: per-sample quantisation.
    case samples = "psq"
  }

  /// The bits of a code, 2 … 8.
  public var bits: Int
  /// What has a range of its own in a cotangent.
  public var ranges: Ranges

  /// Gradients of some bits.
  public init(bits: Int, ranges: Ranges) { (self.bits, self.ranges) = (bits, ranges) }

  public var description: String { "\(ranges.rawValue):\(bits)" }

  /// Reads what follows "psq" or "ptq".
  /// - Throws: ``StrategyError``.
  public static func parse(_ arguments: [Substring], ranges: Ranges) throws -> QuantizedGradients {
    let name = ranges.rawValue
    let numbers = try StrategyArguments(arguments, of: name, counts: [1], form: "\(name):BITS, such as \(name):8")
    return QuantizedGradients(bits: try numbers.integer(0), ranges: ranges)
  }

  public func check(_ layer: AdaptableLayer) throws {
    guard (2...8).contains(bits) else { throw StrategyError("\(self) asks for codes of \(bits) bits; choose 2 … 8") }
  }

  public func install(on layer: AdaptableLayer, using generator: inout Generator) {
    layer.train(with: QuantizedBackward(bits: bits, ranges: ranges, generator: generator.split()))
  }

  public func cost(of layer: AdaptableLayer, wantsInput: Bool) -> LayerCost {
    LayerCost(
      savedBytes: layer.inputShape.count + QuantizedTensor.packedOverhead,
      operations: layer.productOperations * (wantsInput ? 2 : 1), parameterBytes: layer.gradientBytes)
  }
}
