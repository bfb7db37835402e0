import Formats
import Tensor

/// Examples that are the rows of arrays, as in a file of features that were computed ahead.
///
/// # Shapes
/// - inputs: `[count, …]`, float32
/// - labels: `[count]`, int64; or `[count, height, width]`, uint8, where ``LabelMap/ignored`` is no class
public struct StoredExamples: Sendable {
  /// A short name for messages.
  public let name: String
  private let inputs: StoredArray
  private let labels: StoredArray

  /// Examples from arrays, of which every label is checked.
  ///
  /// - Throws: ``DataSetError`` for other shapes and types, and for labels that are no classes.
  public init(name: String, inputs: StoredArray, labels: StoredArray, classCount: Int) throws {
    let isMap = labels.scalarType == .uint8 && labels.shape.count == 3
    guard
      inputs.scalarType == .float32, (2...Shape.maximumRank).contains(inputs.shape.count),
      isMap || (labels.scalarType == .int64 && labels.shape.count == 1), inputs.shape[0] == labels.shape[0],
      !inputs.shape.contains(0)
    else {
      throw DataSetError(
        "\(name): found inputs \(inputs.scalarType) \(inputs.shape) with labels \(labels.scalarType) \(labels.shape), "
          + "expected float32 [count, …] with int64 [count] or uint8 [count, height, width]")
    }
    let classes = labels.withUnsafeBytes { bytes in
      isMap
        ? bytes.lazy.filter { $0 != LabelMap.ignored }.max().map { Int($0) } ?? 0
        : (0..<labels.count).reduce(0) { largest, row in
          let label = bytes.loadUnaligned(fromByteOffset: 8 * row, as: Int64.self)
          return max(largest, Int(label < 0 ? .max : label))
        }
    }
    guard classes < classCount else {
      throw DataSetError(
        "\(name): a label is not in 0 to \(classCount - 1); the file is damaged or of another data set")
    }
    (self.name, self.inputs, self.labels) = (name, inputs, labels)
  }

  /// The number of examples.
  public var count: Int { inputs.shape[0] }

  private func labels(of indices: ArraySlice<Int>) -> Tensor {
    let size = labels.bytes.count / count
    return labels.withUnsafeBytes { bytes in
      guard labels.scalarType == .uint8 else {
        return Tensor(indices.map { bytes.loadUnaligned(fromByteOffset: size * $0, as: Int64.self) })
      }
      let classes = indices.flatMap { bytes[size * $0..<size * ($0 + 1)].map { Int64($0) } }
      return Tensor(classes, shape: Shape([indices.count] + labels.shape.dropFirst()))
    }
  }
}

extension StoredExamples: BatchMaker {
  func batch(
    of indices: ArraySlice<Int>, epoch: Int, step: Int, while isWanted: () -> Bool
  ) throws -> Batch? {
    let size = inputs.bytes.count / count
    let rows = Tensor(uninitialized: Shape([indices.count] + inputs.shape.dropFirst()))
    try rows.withMutableBytes { target in
      for (slot, index) in indices.enumerated() {
        try inputs.bytes[index * size..<(index + 1) * size]
          .copy(into: UnsafeMutableRawBufferPointer(rebasing: target[slot * size..<(slot + 1) * size]))
      }
    }
    return Batch(images: rows, labels: labels(of: indices))
  }
}
