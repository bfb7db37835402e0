import NeuralNet
import Tensor

/// A convolution or a linear layer of a network, with the shapes that it met in a run.
public struct AdaptableLayer {
  /// The layer itself.
  public enum Kind {
    case convolution(Convolution)
    case linear(Linear)
  }

  /// Where it stands in the network, such as "layer4.1.conv2".
  public let path: String
  /// The layer itself.
  public let kind: Kind
  /// [N, H, W, I] of a convolution, […, I] of a linear layer.
  public let inputShape: Shape
  /// [N, H', W', O] of a convolution, […, O] of a linear layer.
  public let outputShape: Shape
  /// Stride, padding, dilation and groups of a convolution, the padding in pixels; those of a 1×1 convolution for a linear layer.
  public let options: ConvolutionOptions
  /// The type of what it reads and writes in a training.
  public let activations: DType
  /// The longest chain of layers that ends with this one.
  public let depth: Int

  /// The matrix or the filters.
  public var weight: Parameter {
    switch kind {
    case .convolution(let layer): layer.weight
    case .linear(let layer): layer.weight
    }
  }

  /// What is added to the output; nil where there is none.
  public var bias: Parameter? {
    switch kind {
    case .convolution(let layer): layer.bias
    case .linear(let layer): layer.bias
    }
  }

  /// Height and width of the kernel; 1 for a linear layer.
  public var kernel: Pair {
    let shape = weight.value.shape
    return shape.rank == 4 ? Pair(shape[2], shape[3]) : 1
  }

  /// Whether it is a linear map of each pixel or token alone: a linear layer or a 1×1 convolution of stride 1 without groups.
  public var isPointwise: Bool {
    kernel == 1 && options.stride == 1 && options.padding == 0 && options.groups == 1
  }
}
