import Formats
import Tensor

/// The type of a Core ML model's activations and weights.
public enum CoreMLPrecision: String, Sendable, CaseIterable {
  /// Half precision: what Apple's Neural Engine computes with.
  case float16 = "f16"
  /// Single precision: CPU and GPU only.
  case float32 = "f32"

  var byteCount: Int { self == .float16 ? 2 : 4 }

  var type: MILDataType { self == .float16 ? .float16 : .float32 }
}

/// The file `weight.bin` of a Core ML package: a header, then for each tensor a record and its elements, all at
/// multiples of 64 bytes.
struct CoreMLWeights {
  let precision: CoreMLPrecision
  private var tensors: [Tensor] = []
  /// Where the next record begins.
  private var end: Int = CoreMLWeights.unit
  private static let unit = 64

  init(_ precision: CoreMLPrecision) { self.precision = precision }

  /// Enters a float32 tensor and gives the place of its record.
  mutating func append(_ tensor: Tensor) -> Int {
    let place = end
    tensors.append(tensor)
    end = CoreMLWeights.rounded(place + CoreMLWeights.unit + tensor.count * precision.byteCount)
    return place
  }

  private static func rounded(_ offset: Int) -> Int { (offset + unit - 1) / unit * unit }

  /// Writes the file.
  func write(to file: FileWriter) throws {
    try file.write(record([UInt32(tensors.count), 2], []))
    for tensor in tensors {
      let size = tensor.count * precision.byteCount
      let type: UInt32 = precision == .float16 ? 1 : 2
      try file.write(
        record([0xDEAD_BEEF, type], [UInt64(size), UInt64(file.byteCount + CoreMLWeights.unit)]))
      try precision.withBytes(of: tensor) { try file.write($0) }
      let padding = CoreMLWeights.rounded(file.byteCount) - file.byteCount
      try file.write(Array(repeating: 0, count: padding))
    }
  }

  /// Little-endian numbers, filled up to the unit.
  private func record(_ small: [UInt32], _ large: [UInt64]) -> [UInt8] {
    var bytes: [UInt8] = []
    for number in small { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
    for number in large { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
    return bytes + Array(repeating: 0, count: CoreMLWeights.unit - bytes.count)
  }
}

extension CoreMLPrecision {
  /// Lends the elements of a float32 tensor in this precision.
  func withBytes(of tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    switch self {
    case .float32: try tensor.withBytes(body)
    case .float16:
      try tensor.withBytes { try $0.bindMemory(to: Float.self).map(halfBits).withUnsafeBytes(body) }
    }
  }
}
