/// act(scale · source + shift), for each channel, before anything has read it.
struct NormalizedElements: DeferredRows {
  let source: Tensor
  let scale: Tensor
  let shift: Tensor
  let activation: Activation
  /// The module that normalises, which the work is entered for.
  private let path = Scope.path

  init(source: Tensor, scale: Tensor, shift: Tensor, activation: Activation) {
    (self.source, self.scale, self.shift, self.activation) = (source, scale, shift, activation)
  }

  var rowCount: Int { source.shape.matrix.rows }

  func fill(_ address: UnsafeMutableRawPointer, rows: Range<Int>) {
    Scope.$path.withValue(path) {
      BatchNormalization.apply(source.rows(rows), scale, shift, activation, residual: nil, into: address)
    }
  }

  /// Enters the work on some elements that another kernel does on the way.
  func enter(_ elements: Int) {
    let operations = Double(elements) * BatchNormalization.operationsPerElement(activation)
    Ledger.kernel("batch norm", of: path, operations: operations) {}
  }
}
