import Formats

/// Pictures with label maps in memory: all of one size, as two arrays of bytes.
struct ArrayScenes: DataSet {
  let name: String
  private let classes: SceneClasses
  private let images: Bytes
  private let maps: Bytes
  private let size: ImageSize
  /// Whether the channels of a picture lie one after the other.
  private let isPlanar: Bool
  let count: Int

  /// Creates a data set; without class names, `classes` is made from the largest number in the maps.
  ///
  /// # Shapes
  /// - images: `[count, height, width, channels]`, `[count, channels, height, width]` or `[count, height, width]`, uint8,
  ///   with 1 or 3 channels
  /// - maps: `[count, height, width]`, uint8
  ///
  /// - Throws: ``DataSetError`` if a shape, a type or a label is not as expected; it names the file.
  init(
    name: String, classes: SceneClasses, images: (path: String, array: StoredArray),
    maps: (path: String, array: StoredArray)
  ) throws {
    let (shape, mapShape) = (images.array.shape, maps.array.shape)
    guard maps.array.scalarType == .uint8, mapShape.count == 3, !mapShape.contains(0) else {
      throw DataSetError(
        "\(maps.path): the label maps are \(maps.array.scalarType) \(mapShape), expected uint8 [count, height, width]")
    }
    func channels() -> (count: Int, isPlanar: Bool)? {
      if shape == mapShape { return (1, false) }
      guard shape.count == 4 else { return nil }
      if Array(shape[..<3]) == mapShape, [1, 3].contains(shape[3]) { return (shape[3], false) }
      return [shape[0], shape[2], shape[3]] == mapShape && [1, 3].contains(shape[1]) ? (shape[1], true) : nil
    }
    guard images.array.scalarType == .uint8, let channels = channels() else {
      throw DataSetError(
        "\(images.path): the images are \(images.array.scalarType) \(shape), expected uint8 of \(mapShape) with an axis of 1 "
          + "or 3 channels, as the label maps are \(mapShape)")
    }
    (self.name, self.classes, count) = (name, classes, mapShape[0])
    size = ImageSize(height: mapShape[1], width: mapShape[2], channels: channels.count)
    (self.images, self.maps, isPlanar) = (images.array.bytes, maps.array.bytes, channels.isPlanar)
    for index in 0..<count { try map(at: index).require(below: classNames.count, in: "\(maps.path), map \(index)") }
  }

  var classNames: [String] { classes.names }

  func label(at index: Int) -> Int { 0 }

  func example(at index: Int) throws -> Example {
    precondition((0..<count).contains(index), "\(name) has no example \(index)")
    let (area, channels) = (size.height * size.width, size.channels)
    let image = Image(height: size.height, width: size.width, channels: channels) { output in
      images[index * area * channels..<(index + 1) * area * channels].withUnsafeBytes { source in
        if !isPlanar { return UnsafeMutableRawBufferPointer(output).copyMemory(from: source) }
        for channel in 0..<channels {
          for pixel in 0..<area { output[pixel * channels + channel] = source[channel * area + pixel] }
        }
      }
    }
    return Example(image: image, map: map(at: index))
  }

  private func map(at index: Int) -> LabelMap {
    let area = size.height * size.width
    let plane = Image(height: size.height, width: size.width, channels: 1) { output in
      maps[index * area..<(index + 1) * area].withUnsafeBytes {
        UnsafeMutableRawBufferPointer(output).copyMemory(from: $0)
      }
    }
    return LabelMap(plane: plane).ignoring(classes.ignored)
  }
}
