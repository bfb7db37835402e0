/// The gradients of a layer with weights, for its backward pass to fill; nil where not wanted.
struct WeightedGradients {
  var input: Tensor?
  var weight: Tensor?
  /// Made in one pass with the weights'.
  var bias: Tensor?
  /// Wants to see the gradient of the input.
  var watcher: (any CotangentWatcher)?

  /// Shows a band of the input's gradient that has just been filled.
  func showInput(_ index: Int, of count: Int) {
    guard let input, let watcher else { return }
    let range = input.rowsOfBand(index, of: count)
    watcher.see(input.rows(range), rows: range)
  }
}
