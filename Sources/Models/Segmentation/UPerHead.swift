import NeuralNet
import Tensor

/// The head of UPerNet (Xiao et al., ECCV 2018): pyramid pooling on the smallest map, then a pyramid of features from the top down.
final class UPerHead: Module, SegmentationHead {
  let pspModules: PyramidPooling
  let bottleneck: ConvolutionModule
  let lateralConvs: Sequential
  let fpnConvs: Sequential
  let fpnBottleneck: ConvolutionModule
  let convSeg: Convolution

  init(_ channels: [Int], width: Int = 512, classes: Int, using generator: inout Generator) {
    pspModules = PyramidPooling(channels[3], width: width, using: &generator)
    bottleneck = ConvolutionModule(channels[3] + 4 * width, width, kernel: 3, using: &generator)
    var (lateral, fpn): ([Layer], [Layer]) = ([], [])
    for inputs in channels.dropLast() {
      lateral.append(ConvolutionModule(inputs, width, kernel: 1, using: &generator))
      fpn.append(ConvolutionModule(width, width, kernel: 3, using: &generator))
    }
    (lateralConvs, fpnConvs) = (Sequential(lateral), Sequential(fpn))
    fpnBottleneck = ConvolutionModule(channels.count * width, width, kernel: 3, using: &generator)
    convSeg = .classifying(width, classes, using: &generator)
  }

  func logits(_ features: [Tensor]) -> Tensor {
    var top = bottleneck(pspModules(features[3]))
    var pyramid = [top]
    for level in fpnConvs.layers.indices.reversed() {
      let lateral = lateralConvs.layers[level](features[level])
      top = lateral + top.resized(like: lateral)
      pyramid.insert(fpnConvs.layers[level](top), at: 0)
    }
    let maps = [pyramid[0]] + pyramid.dropFirst().map { $0.resized(like: pyramid[0]) }
    return convSeg(fpnBottleneck(Tensor.concatenated(maps, axis: 3)))
  }
}
