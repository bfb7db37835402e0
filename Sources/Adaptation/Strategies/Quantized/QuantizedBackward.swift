import NeuralNet
import Synchronization
import Tensor

/// Gradients from operands of a few bits: activations and weights rounded to nearest, the cotangent twice at random, once for
/// the gradient of the input and once for that of the weight.
final class QuantizedBackward: LayerBackward {
  private let bits: Int
  private let ranges: QuantizedGradients.Ranges
  private let generator: Mutex<Generator>

  init(bits: Int, ranges: QuantizedGradients.Ranges, generator: Generator) {
    (self.bits, self.ranges) = (bits, ranges)
    self.generator = Mutex(generator)
  }

  func save(_ input: Tensor) -> Tensor { QuantizedTensor(input, bits: bits).packed }

  func inputGradient(cotangent: Tensor, weight: Tensor, inputShape: Shape, product: LayerProduct) -> Tensor? {
    let rounded = rounded(cotangent, ranges == .samples ? .rows : .tensor)
    let weight = QuantizedTensor(weight, bits: bits, holdsZero: true).dequantized()
    return product.inputGradient(cotangent: rounded, weight: weight, inputShape: inputShape)?.cast(to: cotangent.dtype)
  }

  func weightGradient(
    cotangent: Tensor, saved: Tensor, weight: Tensor, inputShape: Shape, product: LayerProduct
  ) -> Tensor? {
    let input = QuantizedTensor(packed: saved, shape: inputShape).dequantized()
    let rounded = rounded(cotangent, ranges == .samples ? .columns : .tensor)
    return product.weightGradient(cotangent: rounded, input: input, weightShape: weight.shape)
  }

  /// A cotangent rounded at random.
  private func rounded(_ cotangent: Tensor, _ ranges: QuantizedTensor.Ranges) -> Tensor {
    let noise = generator.withLock { Tensor.uniform(cotangent.shape, using: &$0) }
    return QuantizedTensor(cotangent, bits: bits, ranges: ranges, noise: noise).dequantized()
  }
}

extension QuantizedBackward: StatefulBackward {
  var state: BackwardState {
    get { BackwardState(generator: generator.withLock { $0 }) }
    set { generator.withLock { $0 = newValue.generator } }
  }
}
