import NeuralNet
import Tensor

/// Pyramid pooling (Zhao et al., CVPR 2017, section 3.2): means over grids of 1, 2, 3 and 6 cells a side, each through a 1×1
/// convolution and resized back, beside the features themselves.
///
/// # Shapes
/// input [N, h, w, inputs] → output [N, h, w, inputs + 4 · width].
final class PyramidPooling: Layer {
  private static let sides = [1, 2, 3, 6]
  private let convolutions: [ConvolutionModule]

  init(_ inputs: Int, width: Int, using generator: inout Generator) {
    var convolutions: [ConvolutionModule] = []
    for _ in PyramidPooling.sides {
      convolutions.append(ConvolutionModule(inputs, width, kernel: 1, using: &generator))
    }
    self.convolutions = convolutions
  }

  /// Position 0 of each pair is the pooling, which has no weights.
  override var parts: [(name: String, part: Any)] { convolutions.enumerated().map { ("\($0).1", $1) } }

  override func forward(_ x: Tensor) -> Tensor {
    let pooled = zip(PyramidPooling.sides, convolutions).map { side, convolution in
      convolution(x.adaptiveAveragePooled(Pair(side, side))).resized(like: x)
    }
    return Tensor.concatenated([x] + pooled, axis: 3)
  }
}
