import NeuralNet
import Tensor

/// The head of DeepLabV3 (Chen et al., 2017): the mean of the map, a 1×1 convolution and three 3×3 ones of growing dilation,
/// side by side, and a convolution over their results.
final class ASPPHead: Module, SegmentationHead {
  private static let dilations = [12, 24, 36]

  private let imagePool: ConvolutionModule
  private let asppModules: Sequential
  private let bottleneck: ConvolutionModule
  private let convSeg: Convolution

  init(_ channels: [Int], width: Int = 128, classes: Int, using generator: inout Generator) {
    let inputs = channels[3]
    imagePool = ConvolutionModule(inputs, width, kernel: 1, using: &generator)
    var modules = [ConvolutionModule(inputs, width, kernel: 1, using: &generator)]
    for dilation in ASPPHead.dilations {
      modules.append(ConvolutionModule(inputs, width, kernel: 3, dilation: dilation, using: &generator))
    }
    asppModules = Sequential(modules)
    bottleneck = ConvolutionModule((modules.count + 1) * width, width, kernel: 3, using: &generator)
    convSeg = .classifying(width, classes, using: &generator)
  }

  /// Position 0 of `image_pool` is the pooling, which has no weights.
  override var parts: [(name: String, part: Any)] {
    [
      ("image_pool.1", imagePool), ("aspp_modules", asppModules), ("bottleneck", bottleneck), ("conv_seg", convSeg),
    ]
  }

  func logits(_ features: [Tensor]) -> Tensor {
    let x = features[3]
    let mean = imagePool(x.adaptiveAveragePooled(1)).resized(like: x)
    return convSeg(bottleneck(Tensor.concatenated([mean] + asppModules.layers.map { $0(x) }, axis: 3)))
  }
}
