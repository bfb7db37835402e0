/// The header of a safetensors file: what each tensor is and where its bytes lie.
struct SafetensorsHeader {
  struct Tensor {
    let name: String
    let scalarType: ScalarType
    let shape: [Int]
    /// Byte offsets from the end of the header.
    let span: Range<Int>
  }

  private(set) var tensors: [Tensor] = []
  private(set) var metadata: [String: String] = [:]
  private let file: String

  /// Scans the JSON text and checks that the tensors fill `dataByteCount` without overlap or holes.
  ///
  /// Afterwards the tensors are in the order of their bytes.
  init(_ text: UnsafeRawBufferPointer, dataByteCount: Int, file: String) throws {
    self.file = file
    var scanner = HeaderScanner(text, file: file)
    var names: Set<String> = []
    try scanner.jsonMembers { name, scanner in
      guard names.insert(name).inserted else { throw duplicate(name) }
      if name == "__metadata__" {
        try scanner.jsonMembers { key, scanner in
          guard metadata[key] == nil else { throw duplicate(key) }
          metadata[key] = try scanner.jsonString()
        }
      } else {
        tensors.append(try scanTensor(name, &scanner, dataByteCount: dataByteCount))
      }
    }
    try scanner.expectEnd()
    try sortAndCheckSpans(dataByteCount)
  }

  private func duplicate(_ name: String) -> FormatError {
    FormatError(
      file: file, found: "the name \(quoted(name)) twice in the header", expected: "each name once",
      advice: "write the file again with distinct names")
  }

  private func scanTensor(
    _ name: String, _ scanner: inout HeaderScanner, dataByteCount: Int
  ) throws -> Tensor {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.jsonMembers { key, scanner in
      switch key {
      case "dtype" where typeName == nil: typeName = try scanner.jsonString()
      case "shape" where shape == nil:
        try scanner.expect("[")
        shape = try scanner.sizes(until: "]", trailingComma: false)
      case "data_offsets" where offsets == nil:
        try scanner.expect("[")
        offsets = try scanner.sizes(until: "]", trailingComma: false)
      default:
        throw failure(name, "the entry \(quoted(key))", "dtype, shape and data_offsets, each once")
      }
    }
    guard let typeName, let shape, let offsets else {
      throw failure(name, "an incomplete entry", "dtype, shape and data_offsets")
    }
    guard let scalarType = ScalarType(safetensorsName: typeName) else {
      let known = ScalarType.allCases.map(\.safetensorsName).joined(separator: ", ")
      throw failure(name, "dtype \(quoted(typeName))", "one of \(known)")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= dataByteCount else {
      throw failure(name, "data_offsets \(offsets)", "a range inside the \(dataByteCount) bytes of data")
    }
    guard let size = byteCount(of: shape, scalarType), size == offsets[1] - offsets[0] else {
      throw failure(
        name, "shape \(shape) of \(typeName) with \(offsets[1] - offsets[0]) bytes",
        "a shape that fills its bytes exactly")
    }
    return Tensor(name: name, scalarType: scalarType, shape: shape, span: offsets[0]..<offsets[1])
  }

  private mutating func sortAndCheckSpans(_ dataByteCount: Int) throws {
    let order = tensors.indices.sorted { left, right in
      let (a, b) = (tensors[left].span, tensors[right].span)
      return (a.lowerBound, a.upperBound, left) < (b.lowerBound, b.upperBound, right)
    }
    tensors = order.map { tensors[$0] }
    var end = 0
    for tensor in tensors {
      guard tensor.span.lowerBound == end else {
        throw failure(
          tensor.name, "data that starts at byte \(tensor.span.lowerBound)",
          "byte \(end), where the tensor before it ends: tensors must not overlap or leave holes")
      }
      end = tensor.span.upperBound
    }
    guard end == dataByteCount else {
      throw FormatError(
        file: file, found: "\(dataByteCount) bytes of data", expected: "\(end) bytes as the header tells",
        advice: "the file is damaged or has something appended")
    }
  }

  private func failure(_ tensor: String, _ found: String, _ expected: String) -> FormatError {
    FormatError(
      file: file, found: "tensor \(quoted(tensor)) has \(found)", expected: expected,
      advice: "the file is damaged or written by a newer program")
  }
}
