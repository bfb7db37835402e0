/// Memory that tensors lie in, as a pickle names it.
struct TorchStorage {
  /// The name under which its bytes are kept.
  let key: String
  let scalarType: ScalarType
  /// Where it begins in the kept bytes, for views of the legacy format.
  let start: Int
  let byteCount: Int

  /// How many bytes must be kept at least.
  var end: Int { start + byteCount }
}

/// A tensor as a pickle describes it: a view of a storage.
struct TorchTensor {
  let storage: TorchStorage
  let scalarType: ScalarType
  let shape: [Int]
  /// Offsets between neighbours along each axis, in elements.
  let strides: [Int]
  /// Of the first element in the storage, in elements.
  let offset: Int

  /// A tensor larger than its storage, by strides of zero, may have this many elements.
  static let maximumExpandedCount = 1 << 20
  static let maximumRank = 64

  /// Checks that every element lies inside of the storage.
  /// - Throws: ``FormatError``.
  init(
    _ storage: TorchStorage, scalarType: ScalarType, shape: [Int], strides: [Int], offset: Int, file: String
  ) throws {
    func refused(_ expected: String) -> FormatError {
      FormatError(
        file: file,
        found: "a tensor of shape \(shape.prefix(8)), strides \(strides.prefix(8)) and offset \(offset) in "
          + "\(storage.byteCount) bytes of \(scalarType)",
        expected: expected, advice: "the file is damaged")
    }
    guard shape.count == strides.count else { throw refused("as many strides as sizes") }
    guard offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else {
      throw refused("no negative numbers")
    }
    guard let size = byteCount(of: shape, scalarType) else { throw refused("sizes that fit in memory") }
    if size > 0 {
      guard let last = Self.lastElement(shape, strides, offset), last < storage.byteCount / scalarType.byteCount else {
        throw refused("elements inside of the storage")
      }
      guard size <= max(storage.byteCount, Self.maximumExpandedCount * scalarType.byteCount) else {
        throw refused("a tensor that is not much larger than its storage")
      }
    }
    (self.storage, self.scalarType, self.offset) = (storage, scalarType, offset)
    (self.shape, self.strides) = (shape, strides)
  }

  private static func lastElement(_ shape: [Int], _ strides: [Int], _ offset: Int) -> Int? {
    var last = offset
    for (size, stride) in zip(shape, strides) {
      let (distance, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, carry) = last.addingReportingOverflow(distance)
      if overflow || carry { return nil }
      last = sum
    }
    return last
  }

  /// Whether the elements follow each other in row-major order.
  private var isContiguous: Bool {
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      if stride != expected { return false }
      expected *= size
    }
    return true
  }

  /// The elements in row-major order: a slice of the storage's bytes, or a copy where strides leave that order.
  func elements(in bytes: Bytes) -> Bytes {
    let width = scalarType.byteCount
    let count = shape.reduce(1, *)
    guard count > 0 else { return Bytes([]) }
    if isContiguous {
      let start = storage.start + offset * width
      return bytes[start..<start + count * width]
    }
    let source = bytes[storage.start..<storage.start + storage.byteCount]
    return Bytes(
      [UInt8](unsafeUninitializedCapacity: count * width) { target, initialized in
        source.withUnsafeBytes { gather(from: $0, into: UnsafeMutableRawBufferPointer(target)) }
        initialized = count * width
      })
  }

  private func gather(from source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
    let width = scalarType.byteCount
    var index = [Int](repeating: 0, count: shape.count)
    var element = offset
    var position = 0
    while position < target.count {
      let start = element * width
      UnsafeMutableRawBufferPointer(rebasing: target[position..<position + width])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[start..<start + width]))
      position += width
      for axis in shape.indices.reversed() {
        index[axis] += 1
        element += strides[axis]
        if index[axis] < shape[axis] { break }
        element -= strides[axis] * shape[axis]
        index[axis] = 0
      }
    }
  }
}
