/// The binary files of CIFAR-10 and CIFAR-100: records of one or two label bytes and a 32×32 picture.
public struct CIFARFile: Sendable {
  /// What the label bytes of a record mean.
  public struct Layout: Hashable, Sendable {
    /// The number of classes.
    public let classCount: Int
    /// The number of superclasses, whose byte comes first in a record; nil where there is none.
    public let coarseClassCount: Int?

    /// Creates a layout.
    public init(classCount: Int, coarseClassCount: Int? = nil) {
      self.classCount = classCount
      self.coarseClassCount = coarseClassCount
    }

    /// A label below 10.
    public static let cifar10 = Layout(classCount: 10)
    /// A superclass below 20, then a label below 100, as published.
    public static let cifar100 = Layout(classCount: 100, coarseClassCount: 20)
    /// A label below 100 only.
    public static let cifar100FineOnly = Layout(classCount: 100)

    var labelByteCount: Int { coarseClassCount == nil ? 1 : 2 }
  }

  /// The width and height of a picture.
  public static let side = 32
  private static let planeByteCount = side * side
  private static let pictureByteCount = 3 * planeByteCount

  /// The class of each record.
  public let labels: [UInt8]
  /// The superclass of each record; nil where the layout has none.
  public let coarseLabels: [UInt8]?
  /// The pictures, red, green and blue from 0 to 255.
  ///
  /// # Shapes
  /// - `[labels.count, 32, 32, 3]`
  public let images: StoredArray

  /// Reads a file.
  ///
  /// - Throws: ``FormatError`` if the file cannot be read, is not a whole number of records, or a label is
  ///   out of range; it names the record.
  public init(_ path: String, layout: Layout) throws {
    try self.init(Bytes.map(path), layout: layout, name: path)
  }

  /// Reads the bytes of a file; `name` stands for it in errors.
  ///
  /// - Throws: ``FormatError`` as ``init(_:layout:)`` does.
  public init(_ bytes: Bytes, layout: Layout, name: String) throws {
    let recordByteCount = layout.labelByteCount + Self.pictureByteCount
    guard bytes.count > 0, bytes.count % recordByteCount == 0 else {
      throw FormatError(
        file: name, found: "\(bytes.count) bytes",
        expected: "one or more records of \(recordByteCount) bytes (\(layout.classCount) classes)",
        advice: "the file is cut short or of another layout")
    }
    let count = bytes.count / recordByteCount
    var labels: [UInt8] = []
    var coarseLabels: [UInt8] = []
    let pixels = try [UInt8](unsafeUninitializedCapacity: count * Self.pictureByteCount) {
      pixels, initialized in
      try bytes.withUnsafeBytes { buffer in
        for record in 0..<count {
          let start = record * recordByteCount
          if let coarseClassCount = layout.coarseClassCount {
            coarseLabels.append(
              try Self.checked(buffer[start], below: coarseClassCount, "superclass", record, name))
          }
          let labelOffset = start + layout.labelByteCount - 1
          labels.append(
            try Self.checked(buffer[labelOffset], below: layout.classCount, "label", record, name))
          Self.interleave(
            UnsafeRawBufferPointer(rebasing: buffer[(labelOffset + 1)..<(start + recordByteCount)]),
            into: pixels, at: record * Self.pictureByteCount)
        }
      }
      initialized = count * Self.pictureByteCount
    }
    self.labels = labels
    self.coarseLabels = layout.coarseClassCount == nil ? nil : coarseLabels
    images = try StoredArray(pixels, shape: [count, Self.side, Self.side, 3])
  }

  private static func checked(
    _ label: UInt8, below limit: Int, _ kind: String, _ record: Int, _ name: String
  ) throws -> UInt8 {
    guard Int(label) < limit else {
      throw FormatError(
        file: name, found: "\(kind) \(label) in record \(record)", expected: "a number below \(limit)",
        advice: "the file is damaged or of another layout")
    }
    return label
  }

  /// Turns planes of red, green and blue into pixels.
  private static func interleave(
    _ planes: UnsafeRawBufferPointer, into pixels: UnsafeMutableBufferPointer<UInt8>, at start: Int
  ) {
    for channel in 0..<3 {
      for position in 0..<planeByteCount {
        pixels[start + 3 * position + channel] = planes[channel * planeByteCount + position]
      }
    }
  }
}
