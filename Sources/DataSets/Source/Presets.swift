extension TransformPipeline {
  /// The usual changes for training: a shifted crop and a flip for small pictures; a random resized crop and
  /// a flip for photographs.
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
    case .photographs:
      return TransformPipeline([
        try RandomResizedCrop(size ?? splits.imageSize.height), try RandomHorizontalFlip(),
      ])
    }
  }

  /// The usual changes for evaluation: none for small pictures; for photographs the shorter side becomes 8/7
  /// of the result and the middle is kept (256 and 224).
  ///
  /// - Parameter size: Height and width of the result; nil takes the size of the splits.
  /// - Throws: ``DataSetError`` if the size is not in 1...57,344.
  public static func evaluation(for splits: DataSplits, size: Int? = nil) throws -> TransformPipeline {
    switch splits.kind {
    case .small: return TransformPipeline(try exactSize(for: splits, size))
    case .photographs:
      let size = size ?? splits.imageSize.height
      guard (1...57_344).contains(size) else {
        throw DataSetError("pictures are evaluated in a size from 1 to 57344, found \(size)")
      }
      return TransformPipeline([try Resize(shorterSide: (size * 8 + 3) / 7), try CenterCrop(size)])
    }
  }

  private static func exactSize(for splits: DataSplits, _ size: Int?) throws -> [any Transform] {
    guard let size, size != splits.imageSize.height || size != splits.imageSize.width else { return [] }
    return [try Resize(height: size, width: size)]
  }
}
