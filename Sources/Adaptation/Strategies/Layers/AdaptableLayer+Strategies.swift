import NeuralNet
import Tensor

extension AdaptableLayer {
  /// The channels that a weight reads and writes: the input and output channels of a layer without groups.
  var channels: (inputs: Int, outputs: Int) { (weight.value.shape[1], weight.value.shape[0]) }

  /// Floating-point operations of one product of the layer's size: the output, the input gradient or the weight gradient.
  var productOperations: Double {
    let weight = weight.value
    return 2 * Double(outputShape.count) * Double(weight.count / max(1, weight.shape[0]))
  }

  /// Bytes of the gradients of weight and bias.
  var gradientBytes: Int { weight.value.byteCount + (bias?.value.byteCount ?? 0) }

  /// Lets weight and bias train.
  func train() {
    weight.requiresGradient = true
    bias?.requiresGradient = true
  }

  /// Lets weight and bias train, with a backward pass.
  func train(with backward: any LinearBackward & ConvolutionBackward) {
    train()
    replaceBackward(with: backward)
  }

  /// Gives the layer another backward pass.
  func replaceBackward(with backward: any LinearBackward & ConvolutionBackward) {
    switch kind {
    case .convolution(let layer): layer.backward = backward
    case .linear(let layer): layer.backward = backward
    }
  }

  /// Puts an adapter beside the layer.
  func place(_ adapter: any WeightAdapter) {
    switch kind {
    case .convolution(let layer): layer.adapter = adapter
    case .linear(let layer): layer.adapter = adapter
    }
  }
}
