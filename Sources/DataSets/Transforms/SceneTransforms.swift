import Tensor

extension Example {
  /// Picture and label map in another size: the picture filtered, the labels taken from the nearest pixel.
  fileprivate func resized(height: Int, width: Int, _ interpolation: Interpolation) -> Example {
    changed(image.resized(height: height, width: width, interpolation)) { $0.resized(height: height, width: width) }
  }

  /// At least so large, with gray pixels that do not count below and to the right.
  fileprivate func padded(toHeight height: Int, width: Int) -> Example {
    let (rows, columns) = (max(0, height - image.height), max(0, width - image.width))
    func padded(_ image: Image, fill: UInt8) -> Image {
      image.padded(top: 0, left: 0, bottom: rows, right: columns, fill: fill)
    }
    return changed(padded(image, fill: 128)) { LabelMap(plane: padded($0.plane, fill: LabelMap.ignored)) }
  }

  fileprivate func cropped(top: Int, left: Int, size: Int) -> Example {
    changed(image.cropped(top: top, left: left, height: size, width: size)) {
      LabelMap(plane: $0.plane.cropped(top: top, left: left, height: size, width: size))
    }
  }
}

/// Makes a picture as large as fits into a square, at its upper left, and pads it with gray.
///
/// Padded pixels of a label map are ignored.
public struct FitSquare: Transform {
  private let size: Int
  private let interpolation: Interpolation

  /// Creates a transform to `size` rows and columns.
  ///
  /// - Throws: ``DataSetError`` if the size is not in 1...65,536.
  public init(_ size: Int, _ interpolation: Interpolation = .bilinear) throws {
    try checkSize(height: size, width: size, "FitSquare")
    (self.size, self.interpolation) = (size, interpolation)
  }

  /// The part of the square, from its upper left, that a picture of some size takes.
  public func extent(ofHeight height: Int, width: Int) -> (height: Int, width: Int) {
    Self.extent(ofHeight: height, width: width, longest: Double(size))
  }

  /// The size of a picture whose longer side becomes `longest`.
  static func extent(ofHeight height: Int, width: Int, longest: Double) -> (height: Int, width: Int) {
    let scale = longest / Double(max(height, width))
    func scaled(_ extent: Int) -> Int { max(1, Int((Double(extent) * scale).rounded())) }
    return (scaled(height), scaled(width))
  }

  /// A map of the square in the size of the picture that was fitted into it.
  ///
  /// - Precondition: the map has the size of the square.
  public func unfitted(_ map: LabelMap, toHeight height: Int, width: Int) -> LabelMap {
    precondition(map.height == size && map.width == size, "FitSquare: a map of \(size)×\(size) is expected")
    let (rows, columns) = extent(ofHeight: height, width: width)
    return LabelMap(plane: map.plane.cropped(top: 0, left: 0, height: rows, width: columns))
      .resized(height: height, width: width)
  }

  public func apply(to image: Image, using generator: inout Generator) throws -> Image {
    fitted(Example(image: image, label: 0)).image
  }

  public func apply(to example: Example, using generator: inout Generator) throws -> Example { fitted(example) }

  private func fitted(_ example: Example) -> Example {
    let (height, width) = extent(ofHeight: example.image.height, width: example.image.width)
    return example.resized(height: height, width: width, interpolation).padded(toHeight: size, width: size)
  }
}

/// Resizes a picture by a random factor and keeps a random square of it, padding with gray what is too small.
///
/// Padded pixels of a label map are ignored. Random resizing by 0.5 to 2 with a crop is the usual change of scenes, as
/// in Chen et al., "Rethinking Atrous Convolution for Semantic Image Segmentation", section 4.1,
/// <https://arxiv.org/abs/1706.05587>.
public struct RandomScaleCrop: Transform {
  private let size: Int
  private let scale: ClosedRange<Double>
  private let interpolation: Interpolation

  /// Creates a transform to `size` rows and columns.
  ///
  /// - Parameter scale: The longer side before the crop, as a multiple of `size`.
  /// - Throws: ``DataSetError`` if the size is not in 1...65,536, the scale is not positive, or pictures would become
  ///   larger than 65,536 pixels.
  public init(
    _ size: Int, scale: ClosedRange<Double> = 0.5...2, _ interpolation: Interpolation = .bilinear
  ) throws {
    try checkSize(height: size, width: size, "RandomScaleCrop")
    self.scale = try checkedPositive(scale, "RandomScaleCrop's scale")
    guard Double(size) * scale.upperBound <= 65_536 else {
      throw DataSetError(
        "RandomScaleCrop would make sides of \(Double(size) * scale.upperBound) pixels, expected at most 65536")
    }
    (self.size, self.interpolation) = (size, interpolation)
  }

  public func apply(to image: Image, using generator: inout Generator) throws -> Image {
    cropped(Example(image: image, label: 0), using: &generator).image
  }

  public func apply(to example: Example, using generator: inout Generator) throws -> Example {
    cropped(example, using: &generator)
  }

  private func cropped(_ example: Example, using generator: inout Generator) -> Example {
    let (height, width) = FitSquare.extent(
      ofHeight: example.image.height, width: example.image.width,
      longest: Double(size) * generator.uniform(in: scale))
    let large = example.resized(height: height, width: width, interpolation).padded(toHeight: size, width: size)
    let top = generator.index(below: large.image.height - size + 1)
    let left = generator.index(below: large.image.width - size + 1)
    return large.cropped(top: top, left: left, size: size)
  }
}
