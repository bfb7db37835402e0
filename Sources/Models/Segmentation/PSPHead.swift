import NeuralNet
import Tensor

/// The head of PSPNet (Zhao et al., CVPR 2017): pyramid pooling and a convolution over its result.
final class PSPHead: Module, SegmentationHead {
  let pspModules: PyramidPooling
  let bottleneck: ConvolutionModule
  let convSeg: Convolution

  init(_ channels: [Int], width: Int = 128, classes: Int, using generator: inout Generator) {
    pspModules = PyramidPooling(channels[3], width: width, using: &generator)
    bottleneck = ConvolutionModule(channels[3] + 4 * width, width, kernel: 3, using: &generator)
    convSeg = .classifying(width, classes, using: &generator)
  }

  func logits(_ features: [Tensor]) -> Tensor { convSeg(bottleneck(pspModules(features[3]))) }
}
