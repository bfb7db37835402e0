import Tensor

extension Image {
  /// A rectangle of the image, which must lie inside.
  func cropped(top: Int, left: Int, height: Int, width: Int) -> Image {
    if top == 0, left == 0, height == self.height, width == self.width { return self }
    return Image(height: height, width: width, channels: channels) { output in
      pixels.withUnsafeBufferPointer { source in
        let count = width * channels
        for row in 0..<height {
          let start = ((top + row) * self.width + left) * channels
          _ = output[(row * count)...].update(fromContentsOf: source[start..<start + count])
        }
      }
    }
  }

  /// The image with a border of one value around it.
  func padded(top: Int, left: Int, bottom: Int, right: Int, fill: UInt8) -> Image {
    if top == 0, left == 0, bottom == 0, right == 0 { return self }
    return Image(height: height + top + bottom, width: width + left + right, channels: channels) { output in
      output.initialize(repeating: fill)
      pixels.withUnsafeBufferPointer { source in
        for row in 0..<height {
          let start = ((top + row) * (width + left + right) + left) * channels
          _ = output[start...].update(
            fromContentsOf: source[row * rowByteCount..<(row + 1) * rowByteCount])
        }
      }
    }
  }
}

/// Adds a border of one value.
public struct Pad: Transform {
  private let padding: Int
  private let fill: UInt8

  /// Creates a transform that adds `padding` pixels on each side.
  ///
  /// - Throws: ``DataSetError`` if the padding is negative or over 65,536.
  public init(_ padding: Int, fill: UInt8 = 0) throws {
    guard (0...65_536).contains(padding) else {
      throw DataSetError("Pad takes a padding from 0 to 65536, found \(padding)")
    }
    self.padding = padding
    self.fill = fill
  }

  public func apply(to image: Image, using generator: inout Generator) -> Image {
    image.padded(top: padding, left: padding, bottom: padding, right: padding, fill: fill)
  }
}

/// Keeps the middle of a picture, padding smaller pictures with zeros, as torchvision's `CenterCrop`.
public struct CenterCrop: Transform {
  private let height: Int
  private let width: Int

  /// Creates a transform to `size` rows and columns.
  ///
  /// - Throws: ``DataSetError`` if the size is not in 1...65,536.
  public init(_ size: Int) throws { try self.init(height: size, width: size) }

  /// Creates a transform to the given size.
  ///
  /// - Throws: ``DataSetError`` if a size is not in 1...65,536.
  public init(height: Int, width: Int) throws {
    try checkSize(height: height, width: width, "CenterCrop")
    self.height = height
    self.width = width
  }

  public func apply(to image: Image, using generator: inout Generator) -> Image {
    let missingRows = max(0, height - image.height)
    let missingColumns = max(0, width - image.width)
    let large = image.padded(
      top: missingRows / 2, left: missingColumns / 2, bottom: (missingRows + 1) / 2,
      right: (missingColumns + 1) / 2, fill: 0)
    func start(_ rest: Int) -> Int { Int((Double(rest) / 2).rounded(.toNearestOrEven)) }
    return large.cropped(
      top: start(large.height - height), left: start(large.width - width), height: height, width: width)
  }
}

/// Keeps a random rectangle of a picture that was padded before, as torchvision's `RandomCrop`.
public struct RandomCrop: Transform {
  private let height: Int
  private let width: Int
  private let pad: Pad

  /// Creates a transform to `size` rows and columns after `padding` zeros on each side.
  ///
  /// - Throws: ``DataSetError`` if the size is not in 1...65,536 or the padding is negative.
  public init(_ size: Int, padding: Int = 0) throws {
    try self.init(height: size, width: size, padding: padding)
  }

  /// Creates a transform to the given size after `padding` zeros on each side.
  ///
  /// - Throws: ``DataSetError`` if a size is not in 1...65,536 or the padding is negative.
  public init(height: Int, width: Int, padding: Int = 0) throws {
    try checkSize(height: height, width: width, "RandomCrop")
    pad = try Pad(padding)
    self.height = height
    self.width = width
  }

  public func apply(to image: Image, using generator: inout Generator) throws -> Image {
    let large = pad.apply(to: image, using: &generator)
    guard large.height >= height, large.width >= width else {
      throw DataSetError(
        "RandomCrop to \(height)×\(width) met a picture of \(large.height)×\(large.width) with its padding; "
          + "pad more or resize first")
    }
    let top = generator.index(below: large.height - height + 1)
    let left = generator.index(below: large.width - width + 1)
    return large.cropped(top: top, left: left, height: height, width: width)
  }
}
