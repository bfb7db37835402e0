/// Mean and standard deviation of each channel on the scale 0...1: y = (x / 255 − mean) / deviation.
public struct Normalization: Sendable, Hashable {
  /// The mean of each channel.
  public let mean: [Float]
  /// The standard deviation of each channel.
  public let deviation: [Float]

  /// Creates a normalisation.
  ///
  /// - Throws: ``DataSetError`` unless there are as many means as deviations, finite, and deviations are
  ///   positive.
  public init(mean: [Float], deviation: [Float]) throws {
    guard mean.count == deviation.count, !mean.isEmpty, mean.allSatisfy(\.isFinite),
      deviation.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw DataSetError(
        "a normalisation takes one mean and one positive deviation a channel, found \(mean) and \(deviation)")
    }
    self.init(checkedMean: mean, deviation: deviation)
  }

  init(checkedMean mean: [Float], deviation: [Float]) {
    self.mean = mean
    self.deviation = deviation
  }

  /// Maps bytes to 0...1.
  public static func unit(channels: Int) -> Normalization {
    Normalization(
      checkedMean: Array(repeating: 0, count: channels), deviation: Array(repeating: 1, count: channels))
  }

  /// The usual numbers of ImageNet.
  public static let imageNet = Normalization(
    checkedMean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
  /// The training pictures of CIFAR-10.
  public static let cifar10 = Normalization(
    checkedMean: [0.4914, 0.4822, 0.4465], deviation: [0.2470, 0.2435, 0.2616])
  /// The training pictures of CIFAR-100.
  public static let cifar100 = Normalization(
    checkedMean: [0.5071, 0.4865, 0.4409], deviation: [0.2673, 0.2564, 0.2762])
  /// The training pictures of MNIST.
  public static let mnist = Normalization(checkedMean: [0.1307], deviation: [0.3081])
  /// The training pictures of Fashion-MNIST.
  public static let fashionMNIST = Normalization(checkedMean: [0.2860], deviation: [0.3530])

  /// The mean and deviation of the pixels of at most `maximumCount` examples, spread evenly over the set.
  ///
  /// - Throws: ``DataSetError`` if the set is empty or its pictures differ in channels, or what reading them
  ///   throws.
  public static func measured(on dataSet: any DataSet, maximumCount: Int = 10_000) throws -> Normalization {
    let step = max(1, dataSet.count / max(1, maximumCount))
    var sums: [Int] = []
    var squares: [Int] = []
    var pixelCount = 0
    for index in stride(from: 0, to: dataSet.count, by: step) {
      let image = try dataSet.example(at: index).image
      if sums.isEmpty {
        sums = Array(repeating: 0, count: image.channels)
        squares = sums
      }
      guard image.channels == sums.count else {
        throw DataSetError(
          "\(dataSet.name): example \(index) has \(image.channels) channels, others have \(sums.count)")
      }
      image.pixels.withUnsafeBufferPointer { pixels in
        for channel in 0..<image.channels {
          for position in stride(from: channel, to: pixels.count, by: image.channels) {
            let value = Int(pixels[position])
            sums[channel] += value
            squares[channel] += value * value
          }
        }
      }
      pixelCount += image.height * image.width
    }
    guard pixelCount > 0 else { throw DataSetError("\(dataSet.name): no pictures to measure") }
    let count = Double(pixelCount)
    let means = sums.map { Double($0) / count }
    let deviations = zip(squares, means).map { (Double($0) / count - $1 * $1).squareRoot() }
    return Normalization(
      checkedMean: means.map { Float($0 / 255) },
      deviation: deviations.map { $0 > 0 ? Float($0 / 255) : 1 })
  }

  /// What each byte becomes: 256 numbers a channel.
  var table: [Float] {
    zip(mean, deviation).flatMap { mean, deviation in (0..<256).map { (Float($0) / 255 - mean) / deviation } }
  }
}

/// Writes normalised pictures.
struct NormalizedWriter: Sendable {
  let channels: Int
  private let table: [Float]

  init(_ normalization: Normalization) {
    channels = normalization.mean.count
    table = normalization.table
  }

  /// Writes all pixels of an image with as many channels as the normalisation.
  func write(_ image: Image, to output: UnsafeMutableBufferPointer<Float>) {
    image.pixels.withUnsafeBufferPointer { pixels in
      table.withUnsafeBufferPointer { table in
        switch channels {
        case 1: for index in 0..<pixels.count { output[index] = table[Int(pixels[index])] }
        case 3:
          for index in stride(from: 0, to: pixels.count - 2, by: 3) {
            output[index] = table[Int(pixels[index])]
            output[index + 1] = table[256 + Int(pixels[index + 1])]
            output[index + 2] = table[512 + Int(pixels[index + 2])]
          }
        default:
          for index in 0..<pixels.count {
            output[index] = table[index % channels * 256 + Int(pixels[index])]
          }
        }
      }
    }
  }
}
