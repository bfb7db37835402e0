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
        source.withUnsafeBytes { source in
          switch width {
          case 1: gather(UInt8.self, from: source, into: UnsafeMutableRawBufferPointer(target))
          case 2: gather(UInt16.self, from: source, into: UnsafeMutableRawBufferPointer(target))
          case 4: gather(UInt32.self, from: source, into: UnsafeMutableRawBufferPointer(target))
          default: gather(UInt64.self, from: source, into: UnsafeMutableRawBufferPointer(target))
          }
        }
        initialized = count * width
      })
  }

  /// Copies the elements, which are as wide as `Word`, row by row of the last axis.
  private func gather<Word: BitwiseCopyable>(
    _ type: Word.Type, from source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) {
    let width = MemoryLayout<Word>.size
    let (rowCount, rowStride) = (shape.last ?? 1, strides.last ?? 1)
    var index = [Int](repeating: 0, count: max(0, shape.count - 1))
    var start = offset
    var position = 0
    while position < target.count {
      var element = start
      for _ in 0..<rowCount {
        let word = source.loadUnaligned(fromByteOffset: element * width, as: Word.self)
        target.storeBytes(of: word, toByteOffset: position, as: Word.self)
        position += width
        element += rowStride
      }
      for axis in index.indices.reversed() {
        index[axis] += 1
        start += strides[axis]
        if index[axis] < shape[axis] { break }
        start -= strides[axis] * shape[axis]
        index[axis] = 0
      }
    }
  }
}
