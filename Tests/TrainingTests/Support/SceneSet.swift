import DataSets
import Models
import NeuralNet
import Tensor

@testable import Training

/// Gray pictures of 8×8 with dark, medium and bright areas under noise, whose pixels are told apart by brightness; the last
/// column has no class.
struct SceneSet: DataSet {
  static let size = 8
  let name = "scenes"
  let classNames = ["dark", "medium", "bright"]
  let count: Int
  var firstIndex = 0

  func label(at index: Int) -> Int { 0 }

  func example(at index: Int) throws -> Example {
    var generator = Generator(seed: UInt64(firstIndex + index))
    let horizon = Int.random(in: 2..<6, using: &generator)
    let classes = (0..<Self.size * Self.size).map { position -> UInt8 in
      let (row, column) = (position / Self.size, position % Self.size)
      if column == Self.size - 1 { return LabelMap.ignored }
      return row >= horizon ? 2 : column < 3 ? 0 : 1
    }
    let pixels = classes.map { label in
      UInt8.random(in: 0...40, using: &generator) + (label == LabelMap.ignored ? 0 : 100 * label)
    }
    return Example(
      image: try Image(height: Self.size, width: Self.size, channels: 1, pixels: pixels),
      map: try LabelMap(height: Self.size, width: Self.size, classes: classes))
  }

  static func splits(train: Int = 32, validation: Int = 12) throws -> DataSplits {
    try DataSplits(
      name: "scenes", train: SceneSet(count: train), validation: SceneSet(count: validation, firstIndex: train),
      normalization: Normalization(mean: [0.5], deviation: [0.25]),
      imageSize: ImageSize(height: size, width: size, channels: 1), kind: .scenes)
  }
}

/// A network that tells the class of every pixel from its neighbourhood.
final class PixelNet: Layer {
  let conv1: Convolution
  let conv2: Convolution

  init(classes: Int, seed: UInt64) {
    var generator = Generator(seed: seed)
    conv1 = Convolution(1, 8, kernel: 3, padding: 1, using: &generator)
    conv2 = Convolution(8, classes, kernel: 1, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor { conv2(conv1(x).relu()) }

  static func model(_ configuration: TrainingConfiguration) -> Model {
    Model(
      configuration: configuration.model, task: .segmentation,
      network: PixelNet(classes: configuration.model.classes, seed: configuration.seed).namingParts())
  }
}
