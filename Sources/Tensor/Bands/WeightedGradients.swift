/// The gradients of a layer with weights, for its backward pass to fill; nil where not wanted.
struct WeightedGradients {
  var input: Tensor?
  var weight: Tensor?
  /// Made in one pass with the weights'.
  var bias: Tensor?
  /// Wants to see the gradient of the input.
  var watcher: (any CotangentWatcher)?

  /// Fills the gradients from that of the output, band by band: what reads one band is computed while that is in the cache.
  /// - Parameters:
  ///   - type: in which the gradients of output and input are read and written.
  ///   - weights: adds what a band gives to the gradients of weights and bias.
  ///   - input: fills a band of the gradient of the input from one of the output's.
  func fill(
    from cotangent: Tensor, bands: Int, as type: DType, weights: (Int, Tensor) -> Void, input: (Tensor, Tensor) -> Void
  ) {
    for band in 0..<bands {
      let difference = cotangent.band(band, of: bands).cast(to: type)
      if weight != nil { weights(band, difference) }
      if let gradient = self.input {
        gradient.band(band, of: bands).filled(as: type) { input(difference, $0) }
        showInput(band, of: bands)
      }
    }
  }

  /// Shows a band of the input's gradient that has just been filled.
  func showInput(_ index: Int, of count: Int) {
    guard let input, let watcher else { return }
    let range = input.rowsOfBand(index, of: count)
    watcher.see(input.rows(range), rows: range)
  }
}
