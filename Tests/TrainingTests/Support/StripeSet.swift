import DataSets
import Tensor

/// Gray pictures of 8×8 with stripes along one of three directions, under noise that depends on the index.
struct StripeSet: DataSet {
  static let size = 8
  let name = "stripes"
  let classNames = ["rows", "columns", "diagonals"]
  let count: Int
  var firstIndex = 0

  func label(at index: Int) -> Int { (firstIndex + index) % classNames.count }

  func example(at index: Int) throws -> Example {
    var generator = Generator(seed: UInt64(firstIndex + index))
    let label = label(at: index)
    let pixels = (0..<Self.size * Self.size).map { position -> UInt8 in
      let (row, column) = (position / Self.size, position % Self.size)
      let stripe = [row, column, row + column][label] % 4 < 2
      return UInt8.random(in: 0...120, using: &generator) + (stripe ? 100 : 0)
    }
    let image = try Image(height: Self.size, width: Self.size, channels: 1, pixels: pixels)
    return Example(image: image, label: label)
  }

  static func splits(train: Int = 96, validation: Int = 48) throws -> DataSplits {
    try splits(train: StripeSet(count: train), validation: StripeSet(count: validation, firstIndex: train))
  }

  static func splits(train: any DataSet, validation: any DataSet) throws -> DataSplits {
    try DataSplits(
      name: "stripes", train: train, validation: validation,
      normalization: Normalization(mean: [0.5], deviation: [0.25]),
      imageSize: ImageSize(height: size, width: size, channels: 1), kind: .small(flips: false))
  }
}
