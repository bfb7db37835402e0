import NeuralNet
import Tensor

/// The fully convolutional head (Long et al., CVPR 2015): two convolutions, a third over their result and the features.
final class FCNHead: Module, SegmentationHead {
  let convs: Sequential
  let convCat: ConvolutionModule
  let convSeg: Convolution

  init(_ channels: [Int], width: Int = 128, classes: Int, using generator: inout Generator) {
    let inputs = channels[3]
    convs = Sequential(
      ConvolutionModule(inputs, width, kernel: 3, using: &generator),
      ConvolutionModule(width, width, kernel: 3, using: &generator))
    convCat = ConvolutionModule(inputs + width, width, kernel: 3, using: &generator)
    convSeg = .classifying(width, classes, using: &generator)
  }

  func logits(_ features: [Tensor]) -> Tensor {
    let x = features[3]
    return convSeg(convCat(Tensor.concatenated([x, convs(x)], axis: 3)))
  }
}
