import Tensor

/// A change of a whole batch, which mixes pictures and their targets.
public protocol BatchTransform: Sendable {
  /// Changes images and targets in place.
  func apply(to mixture: inout Mixture, using generator: inout Generator)
}

/// The pictures of a batch and the share of each class in each, while they are being mixed.
public struct Mixture: ~Copyable {
  /// The number of pictures.
  public let count: Int
  /// The size of each picture.
  public let size: ImageSize
  /// The number of classes.
  public let classCount: Int
  /// The normalised pictures, `[count, height, width, channels]`.
  public let images: UnsafeMutableBufferPointer<Float>
  /// The share of each class, `[count, classCount]`.
  public let targets: UnsafeMutableBufferPointer<Float>

  private let imageCount: Int

  init(
    count: Int, size: ImageSize, classCount: Int, images: UnsafeMutableBufferPointer<Float>,
    targets: UnsafeMutableBufferPointer<Float>
  ) {
    self.count = count
    self.size = size
    self.classCount = classCount
    self.images = images
    self.targets = targets
    imageCount = size.height * size.width * size.channels
  }

  /// Mixes each picture's targets with those of the picture before it (the first with the last).
  func mixTargets(keeping share: Float) {
    mixRows(of: targets, width: classCount) { own, other in
      for index in 0..<classCount { own[index] = share * own[index] + (1 - share) * other[index] }
    }
  }

  /// Calls `body` with each picture and the one before it as it was (for the first, the last).
  func mixImages(
    _ body: (_ own: UnsafeMutableBufferPointer<Float>, _ other: UnsafeBufferPointer<Float>) -> Void
  ) {
    mixRows(of: images, width: imageCount, body)
  }

  private func mixRows(
    of rows: UnsafeMutableBufferPointer<Float>, width: Int,
    _ body: (UnsafeMutableBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void
  ) {
    func row(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
      UnsafeMutableBufferPointer(rebasing: rows[index * width..<(index + 1) * width])
    }
    let last = Array(row(count - 1))
    for index in stride(from: count - 1, to: 0, by: -1) {
      body(row(index), UnsafeBufferPointer(row(index - 1)))
    }
    last.withUnsafeBufferPointer { body(row(0), $0) }
  }
}
