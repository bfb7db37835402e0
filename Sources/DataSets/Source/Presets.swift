extension TransformPipeline {
  /// The usual changes for training: a shifted crop and a flip for small pictures; a random resized crop and
  /// a flip for photographs; a random scale, a crop and a flip for scenes.
  ///
  /// - Parameter size: Height and width of the result; nil takes the size of the splits.
  /// - Throws: ``DataSetError`` if the size is not in 1...65,536.
  public static func training(for splits: DataSplits, size: Int? = nil) throws -> TransformPipeline {
    switch splits.kind {
    case .small(let flips):
      let height = size ?? splits.imageSize.height
      let width = size ?? splits.imageSize.width
      var transforms = try exactSize(for: splits, size)
      transforms.append(try RandomCrop(height: height, width: width, padding: max(1, min(height, width) / 8)))
      if flips { transforms.append(try RandomHorizontalFlip()) }
      return TransformPipeline(transforms)
    case .photographs, .croppedPhotographs:
      return TransformPipeline([
        try RandomResizedCrop(size ?? splits.imageSize.height), try RandomHorizontalFlip(),
      ])
    case .scenes:
      return TransformPipeline([
        try RandomScaleCrop(size ?? splits.imageSize.height), try RandomHorizontalFlip(),
      ])
    }
  }

  /// The usual changes for evaluation: none for small pictures; photographs are resized and their middle is kept, by
  /// default 224 pixels of 256; photographs that were cropped already are resized only; scenes are resized to fit and
  /// padded with pixels that do not count.
  ///
  /// - Parameters:
  ///   - size: Height and width of the result; nil takes the size of the splits.
  ///   - crop: The part of the resized photograph's shorter side that is kept.
  /// - Throws: ``DataSetError`` if the size or the crop cannot be used.
  public static func evaluation(
    for splits: DataSplits, size: Int? = nil, crop: Float = 0.875, _ interpolation: Interpolation = .bilinear
  ) throws -> TransformPipeline {
    switch splits.kind {
    case .small: return TransformPipeline(try exactSize(for: splits, size))
    case .photographs:
      return try centre(size: size ?? splits.imageSize.height, crop: crop, interpolation)
    case .croppedPhotographs: return try centre(size: size ?? splits.imageSize.height, crop: 1, interpolation)
    case .scenes: return TransformPipeline([try FitSquare(size ?? splits.imageSize.height, interpolation)])
    }
  }

  /// Makes the shorter side ⌊size / crop⌋ and keeps `size` rows and columns in the middle, as timm does.
  ///
  /// - Throws: ``DataSetError`` unless the crop is above 0 and at most 1 and both sizes are in 1...65,536.
  public static func centre(
    size: Int, crop: Float, _ interpolation: Interpolation = .bilinear
  ) throws -> TransformPipeline {
    guard crop > 0, crop <= 1 else {
      throw DataSetError("a centre crop keeps a part above 0 and at most 1 of the picture, found \(crop)")
    }
    // The decimal number that was meant: 0.8 as a float is a little more, and 224 of it would be 279.
    let shorterSide = (Double(size) / (Double(crop.description) ?? Double(crop))).rounded(.down)
    guard (1...65_536).contains(shorterSide) else {
      throw DataSetError("pictures of \(size)×\(size) after a crop of \(crop) are out of range; use another size")
    }
    return TransformPipeline([try Resize(shorterSide: Int(shorterSide), interpolation), try CenterCrop(size)])
  }

  private static func exactSize(for splits: DataSplits, _ size: Int?) throws -> [any Transform] {
    guard let size, size != splits.imageSize.height || size != splits.imageSize.width else { return [] }
    return [try Resize(height: size, width: size)]
  }
}
