import NeuralNet
import Tensor

/// mmsegmentation's ConvModule: a convolution that keeps the size, a batch norm and a ReLU.
final class ConvolutionModule: Layer {
  let conv: Convolution
  let bn: BatchNorm

  init(_ inputs: Int, _ outputs: Int, kernel: Int, dilation: Int = 1, using generator: inout Generator) {
    conv = .unbiased(inputs, outputs, kernel: kernel, dilation: dilation, using: &generator)
    bn = BatchNorm(outputs, activation: .relu)
  }

  override func forward(_ x: Tensor) -> Tensor { bn(conv(x)) }
}

extension Convolution {
  /// The last convolution of a head: 1×1, from features to class logits.
  static func classifying(_ inputs: Int, _ classes: Int, using generator: inout Generator) -> Convolution {
    Convolution(inputs, classes, kernel: 1, initializer: .normal(deviation: 0.01), using: &generator)
  }
}

extension Tensor {
  /// An image batch resized bilinearly to the height and width of another.
  func resized(like other: Tensor) -> Tensor { resized(to: Pair(other.shape[1], other.shape[2])) }
}
