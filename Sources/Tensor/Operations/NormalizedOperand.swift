import CKernels

/// A matrix that kernels of pointwise and depthwise convolutions read band by band: where its elements are a norm of others, or the
/// gradient of one, that nobody has read yet, the kernels compute them on the way.
enum NormalizedOperand {
  case elements(Tensor)
  case normalized(NormalizedElements)
  case gradient(NormalizationLines)

  init(_ x: Tensor) {
    let rows = x.shape.matrix.rows
    if let elements = x.storage.deferred as? NormalizedElements, elements.rowCount == rows, x.dtype == .float32 {
      self = .normalized(elements)
    } else if let gradient = x.storage.deferred as? NormalizationGradient, gradient.rowCount == rows,
      let lines = gradient.lines()
    {
      self = .gradient(lines)
    } else {
      self = .elements(x)
    }
  }

  /// Whether the kernels read it as it is in memory, without a pass before.
  var isDirect: Bool {
    switch self {
    case .elements(let x): x.dtype == .float32 && x.storage.deferred == nil
    case .normalized, .gradient: true
    }
  }

  /// Runs a body on a band of an operand that may not be there.
  static func read(
    _ operand: NormalizedOperand?, _ index: Int, of count: Int, _ body: (UnsafePointer<ck_norm_operand>?) -> Void
  ) {
    guard let operand else { return body(nil) }
    operand.read(index, of: count) { body($0) }
  }

  /// Runs a body on one of `count` equal bands of rows.
  func read(_ index: Int, of count: Int, _ body: (UnsafePointer<ck_norm_operand>) -> Void) {
    switch self {
    case .elements(let x):
      let band = x.band(index, of: count).cast(to: .float32)
      var operand = ck_norm_operand()
      operand.elements = UnsafePointer(band.floats)
      withExtendedLifetime(band) { body(&operand) }
    case .normalized(let elements):
      let band = elements.source.band(index, of: count)
      var operand = ck_norm_operand()
      operand.elements = UnsafePointer(band.floats)
      operand.scale = UnsafePointer(elements.scale.floats)
      operand.shift = UnsafePointer(elements.shift.floats)
      operand.activation = elements.activation.kernel
      elements.enter(band.count)
      withExtendedLifetime((band, elements)) { body(&operand) }
    case .gradient(let lines):
      let (band, input) = (lines.cotangent.band(index, of: count), lines.input.band(index, of: count))
      var operand = ck_norm_operand()
      operand.elements = UnsafePointer(band.floats)
      operand.scale = UnsafePointer(lines.scale.floats)
      operand.shift = UnsafePointer(lines.shift.floats)
      operand.activation = lines.activation.kernel
      operand.normalized = UnsafePointer(input.floats)
      operand.slope = UnsafePointer(lines.slope.floats)
      operand.offset = UnsafePointer(lines.offset.floats)
      NormalizationGradient.entering(band.count, of: lines.path)
      withExtendedLifetime((band, input, lines)) { body(&operand) }
    }
  }
}
