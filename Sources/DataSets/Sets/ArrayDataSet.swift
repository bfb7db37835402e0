import Formats

/// A data set in memory: pictures of one size as one array of bytes.
public struct ArrayDataSet: DataSet {
  public let name: String
  public let classNames: [String]
  /// The size of every picture.
  public let imageSize: ImageSize
  private let images: Bytes
  private let storedLabels: [Int]

  /// Creates a data set; gray pictures may come without an axis of channels.
  ///
  /// # Shapes
  /// - images: `[count, height, width, channels]` or `[count, height, width]`, uint8
  ///
  /// - Throws: ``DataSetError`` if the images have another shape or type, there are more or fewer labels than
  ///   pictures, or a label is out of range; it names the record.
  public init(name: String, classNames: [String], images: StoredArray, labels: [Int]) throws {
    guard images.scalarType == .uint8, (3...4).contains(images.shape.count), !images.shape.contains(0) else {
      throw DataSetError(
        "\(name): the images are \(images.scalarType) \(images.shape), expected uint8 [count, height, width, channels]"
      )
    }
    guard images.shape[0] == labels.count else {
      throw DataSetError(
        "\(name): \(images.shape[0]) images come with \(labels.count) labels; expected one each")
    }
    try requireLabels(labels, below: classNames.count, in: name)
    self.name = name
    self.classNames = classNames
    imageSize = ImageSize(
      height: images.shape[1], width: images.shape[2], channels: images.shape.count == 4 ? images.shape[3] : 1
    )
    self.images = images.bytes
    storedLabels = labels
  }

  public var count: Int { storedLabels.count }

  public func label(at index: Int) -> Int { storedLabels[index] }

  public func example(at index: Int) throws -> Example {
    precondition((0..<count).contains(index), "\(name) has no example \(index)")
    let size = imageSize.height * imageSize.width * imageSize.channels
    let image = Image(height: imageSize.height, width: imageSize.width, channels: imageSize.channels) {
      output in
      images[index * size..<(index + 1) * size].withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(output).copyMemory(from: source)
      }
    }
    return Example(image: image, label: storedLabels[index])
  }
}
