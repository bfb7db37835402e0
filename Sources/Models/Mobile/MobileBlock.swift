import Tensor

/// A row of the table that describes a mobile network: expansion, depthwise convolution, linear projection.
public struct MobileBlock: Sendable, Hashable {
  /// The height and width of the depthwise kernel.
  public var kernel: Int
  /// The stride of the depthwise convolution.
  public var stride: Int
  /// The dilation of the depthwise convolution.
  public var dilation: Int
  /// The channels after the expansion; nil for a block without one.
  public var middle: Int?
  /// The channels after the projection.
  public var outputs: Int
  /// Whether the block's input is added to its result.
  public var hasShortcut: Bool
  /// The activation after the expansion and after the depthwise convolution.
  public var activation: Activation

  /// A row.
  public init(
    kernel: Int, stride: Int = 1, dilation: Int = 1, middle: Int?, outputs: Int, hasShortcut: Bool = false,
    activation: Activation = .relu6
  ) {
    (self.kernel, self.stride, self.dilation) = (kernel, stride, dilation)
    (self.middle, self.outputs, self.hasShortcut) = (middle, outputs, hasShortcut)
    self.activation = activation
  }
}

/// Blocks of one kind in a row, as the tables of papers list them.
public struct MobileStage: Sendable, Hashable {
  /// The height and width of the depthwise kernels.
  public var kernel: Int
  /// The factor by which every block expands its input; 1 for none.
  public var expansion: Int
  /// The channels after every block.
  public var outputs: Int
  /// The number of blocks.
  public var count: Int
  /// The stride of the first block.
  public var stride: Int
  /// The dilation of the first block.
  public var dilation: Int

  /// A stage.
  public init(kernel: Int, expansion: Int, outputs: Int, count: Int, stride: Int, dilation: Int = 1) {
    (self.kernel, self.expansion, self.outputs) = (kernel, expansion, outputs)
    (self.count, self.stride, self.dilation) = (count, stride, dilation)
  }

  /// The rows of the stage, with a shortcut where the shape stays.
  func blocks(inputs: Int) -> [MobileBlock] {
    var inputs = inputs
    return (0..<count).map { index in
      defer { inputs = outputs }
      let stride = index == 0 ? stride : 1
      return MobileBlock(
        kernel: kernel, stride: stride, dilation: index == 0 ? dilation : 1,
        middle: expansion == 1 ? nil : inputs * expansion, outputs: outputs,
        hasShortcut: stride == 1 && inputs == outputs)
    }
  }
}
