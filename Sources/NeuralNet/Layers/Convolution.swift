import Tensor

/// How a convolution pads: by fixed amounts, or as TensorFlow's "SAME" from the size of its input.
public enum PaddingRule: Sendable, Hashable, ExpressibleByIntegerLiteral {
  case fixed(Padding)
  case same

  public init(integerLiteral value: Int) { self = .fixed(Padding(integerLiteral: value)) }
}

/// A two-dimensional convolution layer over channels-last images.
///
/// # Shapes
/// input [N, H, W, inputChannels] → output [N, H', W', outputChannels]; `weight` [O, I / groups, kernel height, kernel width],
/// `bias` [O].
public final class Convolution: Layer {
  /// The filters.
  public let weight: Parameter
  /// Added to every output pixel; nil before a batch norm.
  public let bias: Parameter?
  /// Stride, dilation and groups.
  public let options: ConvolutionOptions
  /// How the image is padded.
  public let padding: PaddingRule
  /// How cotangents flow back; replace it to train with another backward pass.
  public var backward: any ConvolutionBackward = ExactConvolutionBackward()
  /// Added to the output for the same input; nil for nothing.
  public var adapter: (any WeightAdapter)? { didSet { namingParts() } }

  /// A convolution with new weights.
  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernel: Pair, stride: Pair = 1, padding: PaddingRule = 0,
    dilation: Pair = 1, groups: Int = 1, bias: Bool = true, initializer: Initializer = .heFanOut,
    using generator: inout Generator
  ) {
    precondition(
      inputChannels % groups == 0 && outputChannels % groups == 0,
      "\(inputChannels) → \(outputChannels) channels cannot be cut into \(groups) groups")
    let shape: Shape = [outputChannels, inputChannels / groups, kernel.height, kernel.width]
    weight = Parameter(initializer.weight(shape, groups: groups, using: &generator))
    self.bias = bias ? Parameter(.zeros([outputChannels])) : nil
    options = ConvolutionOptions(stride: stride, dilation: dilation, groups: groups)
    self.padding = padding
  }

  public override func forward(_ x: Tensor) -> Tensor {
    var options = options
    switch padding {
    case .fixed(let amounts): options.padding = amounts
    case .same:
      let kernel = Pair(weight.value.shape[2], weight.value.shape[3])
      options.padding = .same(
        size: Pair(x.shape[1], x.shape[2]), kernel: kernel, stride: options.stride, dilation: options.dilation)
    }
    let y = convolution(x, weight: weight.tensor, bias: bias?.tensor, options: options, backward: backward)
    return adapter.map { y + $0(x) } ?? y
  }
}
