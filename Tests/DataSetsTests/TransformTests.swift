import Tensor
import Testing

@testable import DataSets

@Suite struct TransformTests {
  @Test func channelsConvert() throws {
    var generator = Generator(seed: 1)
    let gray = try Image(height: 1, width: 2, channels: 1, pixels: [3, 9])
    let color = try ConvertChannels(to: 3).apply(to: gray, using: &generator)
    #expect(color.pixels == [3, 3, 3, 9, 9, 9])
    #expect(try ConvertChannels(to: 1).apply(to: color, using: &generator) == gray)
    expectError("2") { _ = try ConvertChannels(to: 2) }
  }

  /// 0.8 as a float is more than 0.8.
  @Test(arguments: [(224, Float(0.8), 280), (256, 0.8, 320), (240, 0.6, 400), (224, 0.875, 256)])
  func theShorterSideFollowsTheDecimalNumber(_ size: Int, _ crop: Float, _ side: Int) throws {
    let resize = try #require(TransformPipeline.centre(size: size, crop: crop).transforms.first)
    var generator = Generator(seed: 0)
    let image = try Image(height: 2, width: 2, channels: 1, pixels: [1, 2, 3, 4])
    #expect(try resize.apply(to: image, using: &generator).height == side)
  }

  @Test func flipMirrorsEachRow() throws {
    var generator = Generator(seed: 1)
    let image = try Image(height: 2, width: 2, channels: 3, pixels: Array(1...12))
    let flipped = try RandomHorizontalFlip(probability: 1).apply(to: image, using: &generator)
    #expect(flipped.pixels == [4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9])
    #expect(try RandomHorizontalFlip(probability: 0).apply(to: image, using: &generator) == image)
  }

  @Test func flipsHappenWithTheirProbability() throws {
    let image = try Image(height: 1, width: 2, channels: 1, pixels: [0, 1])
    let flip = try RandomHorizontalFlip(probability: 0.3)
    var generator = Generator(seed: 5)
    let count = (0..<2000).count { _ in flip.apply(to: image, using: &generator) != image }
    #expect((520...680).contains(count), "\(count) of 2000 at 0.3")
  }

  @Test func randomCropReachesEveryPlaceAndNoOther() throws {
    let image = try Image(height: 4, width: 4, channels: 1, pixels: Array(1...16))
    let crop = try RandomCrop(4, padding: 1)
    var generator = Generator(seed: 2)
    var seen: Set<[UInt8]> = []
    for _ in 0..<500 { seen.insert(try crop.apply(to: image, using: &generator).pixels) }
    #expect(seen.count == 9)
    #expect(seen.contains(image.pixels))
    #expect(seen.contains([0, 0, 0, 0, 0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11]))
  }

  @Test func randomCropOfATooSmallPictureIsAnError() throws {
    let image = try Image(height: 4, width: 4, channels: 1, pixels: Array(1...16))
    var generator = Generator(seed: 2)
    expectError("7×7", "6×6") { _ = try RandomCrop(7, padding: 1).apply(to: image, using: &generator) }
  }

  @Test func padSurroundsWithItsValue() throws {
    var generator = Generator(seed: 0)
    let image = try Image(height: 1, width: 1, channels: 2, pixels: [5, 6])
    let padded = try Pad(1, fill: 9).apply(to: image, using: &generator)
    #expect(padded.size == ImageSize(height: 3, width: 3, channels: 2))
    #expect(padded.pixels == [9, 9, 9, 9, 9, 9, 9, 9, 5, 6, 9, 9, 9, 9, 9, 9, 9, 9])
  }

  @Test func randomResizedCropKeepsAreaAndProportions() throws {
    let image = try referencePicture(height: 120, width: 160, channels: 3)
    let crop = try RandomResizedCrop(24, scale: 0.2...0.6, ratio: 0.75...1.5)
    var generator = Generator(seed: 3)
    var areas: [Double] = []
    for _ in 0..<300 {
      let box = crop.rectangle(in: image, using: &generator)
      #expect(box.top >= 0 && box.left >= 0 && box.top + box.height <= 120 && box.left + box.width <= 160)
      let ratio = Double(box.width) / Double(box.height)
      #expect((0.72...1.56).contains(ratio))
      areas.append(Double(box.height * box.width) / 19200)
    }
    let mean = areas.reduce(0, +) / 300
    #expect((0.37...0.43).contains(mean), "areas are even in 0.2...0.6, their mean is \(mean)")
    #expect(crop.apply(to: image, using: &generator).size == ImageSize(height: 24, width: 24, channels: 3))
  }

  @Test func randomResizedCropFallsBackToTheMiddle() throws {
    let image = try referencePicture(height: 10, width: 300, channels: 1)
    var generator = Generator(seed: 3)
    let box = try RandomResizedCrop(8, scale: 1...1, ratio: 0.75...1.5).rectangle(
      in: image, using: &generator)
    #expect(box == (0, 142, 10, 15))
  }

  @Test func colorJitterStaysInItsRangeAndDependsOnTheGenerator() throws {
    let image = try Image(height: 1, width: 3, channels: 3, pixels: Array(repeating: 100, count: 9))
    let jitter = try ColorJitter(brightness: 0.5)
    var generator = Generator(seed: 4)
    let values = (0..<200).map { _ in jitter.apply(to: image, using: &generator).pixels[0] }
    #expect(values.allSatisfy { (49...150).contains($0) })
    #expect((values.min() ?? 0) < 60 && (values.max() ?? 0) > 140)
    var (first, second) = (Generator(seed: 9), Generator(seed: 9))
    let full = try ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)
    let picture = try referencePicture(height: 9, width: 8, channels: 3)
    let once = full.apply(to: picture, using: &first)
    #expect(once == full.apply(to: picture, using: &second))
    #expect(once != full.apply(to: picture, using: &second))
  }

  @Test func erasingZeroesOneRectangle() throws {
    let size = ImageSize(height: 20, width: 30, channels: 3)
    let erasing = try RandomErasing(probability: 1)
    var generator = Generator(seed: 6)
    for _ in 0..<50 {
      var pixels = [Float](repeating: 1, count: 20 * 30 * 3)
      pixels.withUnsafeMutableBufferPointer { erasing.apply(to: $0, size: size, using: &generator) }
      let erased = (0..<600).filter { pixels[3 * $0] == 0 }
      #expect((6...220).contains(erased.count))
      let rows = Set(erased.map { $0 / 30 })
      let columns = Set(erased.map { $0 % 30 })
      #expect(erased.count == rows.count * columns.count)
      #expect(pixels.count { $0 == 0 } == 3 * erased.count)
    }
  }

  @Test func normalizationIsTheFormula() throws {
    let normalization = try Normalization(mean: [0.5, 0.25], deviation: [0.5, 2])
    let image = try Image(height: 1, width: 2, channels: 2, pixels: [0, 255, 51, 0])
    var output = [Float](repeating: -9, count: 4)
    output.withUnsafeMutableBufferPointer { NormalizedWriter(normalization).write(image, to: $0) }
    #expect(output == [-1, 0.375, (51.0 / 255 - 0.5) / 0.5, -0.125])
    expectError("deviation") { _ = try Normalization(mean: [0], deviation: [0]) }
    expectError("one mean") { _ = try Normalization(mean: [0, 1], deviation: [1]) }
  }

  @Test func measuredNormalizationIsMeanAndDeviation() throws {
    let set = CountingSet(count: 40)
    let measured = try Normalization.measured(on: set)
    let values = try (0..<40).flatMap {
      try set.example(at: $0).image.pixels.enumerated().filter { $0.offset % 3 == 1 }
    }
    .map { Double($0.element) / 255 }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    #expect(abs(Double(measured.mean[1]) - mean) < 1e-6)
    #expect(abs(Double(measured.deviation[1]) - variance.squareRoot()) < 1e-6)
  }

  @Test func wrongOptionsAreErrors() {
    expectError("0×0") { _ = try CenterCrop(0) }
    expectError("-3") { _ = try Resize(shorterSide: -3) }
    expectError("1.5") { _ = try RandomHorizontalFlip(probability: 1.5) }
    expectError("hue", "0.7") { _ = try ColorJitter(hue: 0.7) }
    expectError("brightness") { _ = try ColorJitter(brightness: .nan) }
    expectError("scale") { _ = try RandomResizedCrop(8, scale: 0...1) }
    expectError("padding") { _ = try RandomCrop(8, padding: -1) }
    expectError("alpha") { _ = try MixUp(alpha: 0) }
    expectError("alpha") { _ = try CutMix(alpha: .nan) }
  }
}
