import Tensor

/// A convolution or a linear layer with what follows it: act(x ∗ weight + bias + residual).
package struct Affine {
  package enum Kind {
    case convolution(ConvolutionOptions)
    case linear
  }

  package let kind: Kind
  /// float32, [O, …].
  package private(set) var weight: Tensor
  /// float32, [O].
  package private(set) var bias: Tensor?
  package private(set) var activation = Activation.identity
  package private(set) var hasResidual = false

  init(_ kind: Kind, weight: Tensor, bias: Tensor?) { (self.kind, self.weight, self.bias) = (kind, weight, bias) }

  /// Whether nothing follows the product and the bias yet, so that it is a linear function.
  private var isPlain: Bool { activation == .identity && !hasResidual }

  private var outputs: Int { weight.shape[0] }

  var isDepthwise: Bool {
    guard case .convolution(let options) = kind else { return false }
    return options.groups > 1 && weight.shape[1] == 1 && weight.shape[0] == options.groups
  }

  /// act(scale · this + shift + residual), for each output channel; nil where this is not linear any more.
  func followed(byScale scale: Tensor, shift: Tensor?) -> Affine? {
    guard isPlain else { return nil }
    var result = self
    let column = Shape([outputs] + Array(repeating: 1, count: weight.shape.rank - 1))
    result.weight = weight * scale.reshaped(column)
    let scaled = bias.map { $0 * scale }
    result.bias = scaled.map { scaled in shift.map { scaled + $0 } ?? scaled } ?? shift
    return result
  }

  /// Scaled by a constant that is one number, or one for each output channel along the last axis.
  func multiplied(by factor: Tensor) -> Affine? {
    perChannel(factor).flatMap { followed(byScale: $0, shift: nil) }
  }

  /// With a constant added that is one number, or one for each output channel along the last axis.
  func added(_ constant: Tensor) -> Affine? {
    perChannel(constant).flatMap { followed(byScale: .ones([outputs]), shift: $0) }
  }

  private func perChannel(_ constant: Tensor) -> Tensor? {
    let constant = constant.cast(to: .float32)
    if constant.count == 1 { return constant.reshaped([1]).broadcast(to: [outputs]) }
    guard constant.count == outputs, constant.shape[-1] == outputs else { return nil }
    return constant.reshaped([outputs])
  }

  /// With a residual added; nil where the kernel cannot.
  func addingResidual() -> Affine? {
    guard isPlain, !isDepthwise else { return nil }
    var result = self
    result.hasResidual = true
    return result
  }

  /// The sum of a depthwise convolution and its own input: one is added to the weights at the centre.
  func addingInput() -> Affine? {
    guard case .convolution(let options) = kind, isPlain, isDepthwise else { return nil }
    let (height, width) = (weight.shape[2], weight.shape[3])
    let centre = Padding(top: height / 2, bottom: height / 2, left: width / 2, right: width / 2)
    guard options.stride == 1, options.dilation == 1, options.padding == centre, height % 2 == 1, width % 2 == 1
    else { return nil }
    var impulse = [Float](repeating: 0, count: height * width)
    impulse[impulse.count / 2] = 1
    var result = self
    result.weight = weight + Tensor(impulse, shape: [1, 1, height, width])
    return result
  }

  /// Followed by an activation; nil where there is one.
  func activated(_ function: Activation) -> Affine? {
    guard activation == .identity else { return nil }
    var result = self
    result.activation = function
    return result
  }

  /// The sum of two linear functions of one input, where this one adds the other's result as its residual.
  func merged(with other: Affine) -> Affine? {
    guard hasResidual, other.isPlain, weight.shape == other.weight.shape else { return nil }
    switch (kind, other.kind) {
    case (.linear, .linear): break
    case (.convolution(let left), .convolution(let right)) where left == right: break
    default: return nil
    }
    var result = self
    result.hasResidual = false
    result.weight = weight + other.weight
    result.bias = bias.map { bias in other.bias.map { bias + $0 } ?? bias } ?? other.bias
    return result
  }
}
