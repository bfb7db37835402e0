import NeuralNet
import Tensor

/// A block of a mobile network: an expansion, a depthwise convolution and a linear projection, with a shortcut.
///
///     y = project(act(depthwise(act(expand(x))))) [+ x]
final class MobileBlockLayer: Layer {
  private let expansion: NormedConvolution?
  private let depthwise: NormedConvolution
  private let projection: NormedConvolution
  private let hasShortcut: Bool
  private let naming: MobileNaming

  init(
    _ inputs: Int, _ block: MobileBlock, design: MobileDesign, naming: MobileNaming, using generator: inout Generator
  ) {
    let middle = block.middle ?? inputs
    let act = block.activation
    expansion =
      block.middle == nil
      ? nil : NormedConvolution(inputs, middle, kernel: 1, activation: act, design: design, using: &generator)
    depthwise = NormedConvolution(
      middle, middle, kernel: block.kernel, stride: block.stride, dilation: block.dilation, groups: middle,
      activation: act, design: design, using: &generator)
    projection = NormedConvolution(middle, block.outputs, kernel: 1, design: design, using: &generator)
    hasShortcut = block.hasShortcut
    self.naming = naming
  }

  override var parts: [(name: String, part: Any)] {
    let units: [(MobileNaming.Part, NormedConvolution?)] = [
      (.expansion, expansion), (.depthwise, depthwise), (.projection, projection),
    ]
    return units.flatMap { part, unit in unit?.parts(naming.unit(part, expansion != nil)) ?? [] }
  }

  override func forward(_ x: Tensor) -> Tensor {
    let y = depthwise(expansion?(x) ?? x)
    return hasShortcut ? projection(y, adding: x) : projection(y)
  }
}

/// The convolutional part of a mobile network: stem, blocks and the last convolution.
///
/// The parts have the names of a publisher: they are its parts directly, in whatever depth those names have.
struct MobileBackbone {
  let design: MobileDesign
  let naming: MobileNaming
  private let stem: NormedConvolution
  private let stages: [[MobileBlockLayer]]
  private let head: NormedConvolution?

  init(_ design: MobileDesign, inputChannels: Int, naming: MobileNaming, using generator: inout Generator) {
    (self.design, self.naming) = (design, naming)
    stem = NormedConvolution(
      inputChannels, design.stem, kernel: 3, stride: 2, activation: design.activation, design: design,
      using: &generator)
    var inputs = design.stem
    var stages: [[MobileBlockLayer]] = []
    for stage in design.stages {
      var layers: [MobileBlockLayer] = []
      for block in stage {
        layers.append(MobileBlockLayer(inputs, block, design: design, naming: naming, using: &generator))
        inputs = block.outputs
      }
      stages.append(layers)
    }
    self.stages = stages
    head =
      if let channels = design.head {
        NormedConvolution(
          inputs, channels, kernel: 1, activation: design.activation, design: design, using: &generator)
      } else {
        nil
      }
  }

  var parts: [(name: String, part: Any)] {
    let blocks = zip(design.positions, stages.joined()).map { (naming.block($0), $1 as Any) }
    return stem.parts(naming.stem) + blocks + (head?.parts(naming.head(blocks.count)) ?? [])
  }

  /// What runs from the picture to the feature map after the last convolution.
  var links: [Layer] { stem.links + Array(stages.joined()) + (head?.links ?? []) }

  /// The feature map after each stage.
  func features(_ x: Tensor) -> [Tensor] {
    var y = stem(x)
    return stages.map { blocks in
      y = blocks.reduce(y) { $1($0) }
      return y
    }
  }
}

extension MobileDesign {
  /// Where the blocks stand, in their order.
  var positions: [MobileNaming.Position] {
    var before = 0
    return stages.enumerated().flatMap { stage, blocks in
      blocks.indices.map { index in
        defer { before += 1 }
        return MobileNaming.Position(stage: stage, index: index, before: before)
      }
    }
  }
}
