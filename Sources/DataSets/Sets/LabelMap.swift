/// The class of every pixel of a picture.
///
/// # Shapes
/// - classes: `[height, width]`
public struct LabelMap: Hashable, Sendable {
  /// Stands for pixels that have no class; they count neither for the loss nor for the evaluation.
  public static let ignored: UInt8 = 255

  /// The classes as the only channel of a picture, so that they move as its pixels do.
  let plane: Image

  /// Creates a map from classes, row by row.
  ///
  /// - Throws: ``DataSetError`` unless both extents are at least one and their product is the number of classes.
  public init(height: Int, width: Int, classes: [UInt8]) throws {
    plane = try Image(height: height, width: width, channels: 1, pixels: classes)
  }

  init(plane: Image) { self.plane = plane }

  /// The number of rows.
  public var height: Int { plane.height }
  /// The number of pixels in a row.
  public var width: Int { plane.width }
  /// The class of each pixel, row by row, or ``ignored``.
  public var classes: [UInt8] { plane.pixels }

  /// The map with one class ignored.
  func ignoring(_ ignored: UInt8?) -> LabelMap {
    guard let ignored, classes.contains(ignored) else { return self }
    return mapped { $0 == ignored ? Self.ignored : $0 }
  }

  /// The map with every class replaced by another; what is ignored stays so.
  ///
  /// - Precondition: each class has a place, which is below ``ignored``.
  func relabelled(_ places: [Int]) -> LabelMap {
    mapped { $0 == Self.ignored ? Self.ignored : UInt8(places[Int($0)]) }
  }

  private func mapped(_ label: (UInt8) -> UInt8) -> LabelMap {
    LabelMap(
      plane: Image(height: height, width: width, channels: 1) { output in
        for (index, old) in classes.enumerated() { output[index] = label(old) }
      })
  }

  /// Checks that every pixel has a class or is ignored.
  ///
  /// - Throws: ``DataSetError`` naming the source and the first pixel that has another number.
  func require(below classCount: Int, in source: String) throws {
    guard let index = classes.firstIndex(where: { $0 >= classCount && $0 != Self.ignored }) else { return }
    throw DataSetError(
      "\(source): the pixel in row \(index / width), column \(index % width) has the label \(classes[index]), expected "
        + "0 to \(classCount - 1) (\(classCount) classes), or \(Self.ignored) for none; the file is damaged, or "
        + "classes.txt lacks a class")
  }

  /// The map in another size; each pixel takes the class of the nearest one.
  func resized(height: Int, width: Int) -> LabelMap {
    if height == self.height && width == self.width { return self }
    func sources(_ count: Int, of extent: Int) -> [Int] {
      (0..<count).map { min(extent - 1, Int((Double($0) + 0.5) * Double(extent) / Double(count))) }
    }
    let (rows, columns) = (sources(height, of: self.height), sources(width, of: self.width))
    return LabelMap(
      plane: Image(height: height, width: width, channels: 1) { output in
        plane.pixels.withUnsafeBufferPointer { source in
          for row in 0..<height {
            for column in 0..<width {
              output[row * width + column] = source[rows[row] * self.width + columns[column]]
            }
          }
        }
      })
  }
}
