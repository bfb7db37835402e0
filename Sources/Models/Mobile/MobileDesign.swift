import Tensor

/// A mobile network as data: the stem, the table of its blocks, the head.
public struct MobileDesign: Sendable, Hashable {
  /// How convolutions pad.
  public enum Padding: Sendable, Hashable {
    /// (kernel − 1) / 2 on every side.
    case symmetric
    /// TensorFlow's "SAME": at stride 2 the odd row and column are below and to the right.
    case same
  }

  /// The channels after the stem, a 3×3 convolution of stride 2.
  public var stem: Int
  /// The blocks, stage by stage.
  public var stages: [[MobileBlock]]
  /// The channels of the 1×1 convolution before the pooling; nil for none.
  public var head: Int?
  /// The activation after the stem and after the head.
  public var activation: Activation
  /// How convolutions pad.
  public var padding: Padding
  /// The ε of the norms.
  public var epsilon: Float

  /// A design from its table.
  public init(
    stem: Int, stages: [[MobileBlock]], head: Int? = nil, activation: Activation = .relu6,
    padding: Padding = .symmetric, epsilon: Float = 1e-5
  ) {
    (self.stem, self.stages, self.head) = (stem, stages, head)
    (self.activation, self.padding, self.epsilon) = (activation, padding, epsilon)
  }

  /// A design from stages of equal blocks.
  public init(
    stem: Int, stages: [MobileStage], head: Int? = nil, activation: Activation = .relu6,
    padding: Padding = .symmetric, epsilon: Float = 1e-5
  ) {
    var inputs = stem
    let blocks = stages.map { stage in
      defer { inputs = stage.outputs }
      return stage.blocks(inputs: inputs)
    }
    self.init(stem: stem, stages: blocks, head: head, activation: activation, padding: padding, epsilon: epsilon)
  }

  /// The channels that the classifier reads.
  var features: Int { head ?? stages.last?.last?.outputs ?? stem }

  /// How much smaller the last feature map is than the picture.
  var reduction: Int { stages.joined().reduce(2) { $0 * $1.stride } }
}

/// Channels scaled by a width and rounded to a multiple of 8, by at most a tenth down.
func scaledChannels(_ channels: Int, by width: Double) -> Int {
  let scaled = Double(channels) * width
  let rounded = max(8, Int(scaled + 4) / 8 * 8)
  return Double(rounded) < 0.9 * scaled ? rounded + 8 : rounded
}
