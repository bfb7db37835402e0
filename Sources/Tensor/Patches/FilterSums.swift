import CKernels

/// The sum of the weights of each filter, and weights that are equal within each filter.
extension Tensor {
  /// The sum over the taps of each filter: [O, I, kernel height, kernel width] → [O, I]; for backward passes, not recorded.
  public func filterSums() -> Tensor {
    let (filters, taps) = (shape[0] * shape[1], shape[2] * shape[3])
    if taps == 1 { return reshaped([shape[0], shape[1]]) }
    let sums = Tensor(uninitialized: [shape[0], shape[1]])
    Ledger.kernel("filter sums", operations: Double(filters * (taps - 1))) {
      ck_filter_sums(floats, Int64(filters), Int64(taps), sums.floats)
    }
    return sums
  }

  /// Filters of one tap with that weight at every tap of a kernel, [O, I, 1, 1] → [O, I, kernel height, kernel width]; filters
  /// that have the kernel's taps stay as they are. For backward passes, not recorded.
  public func spread(overKernel kernel: Pair) -> Tensor {
    if Pair(shape[2], shape[3]) == kernel { return self }
    let filters = Tensor(uninitialized: [shape[0], shape[1], kernel.height, kernel.width])
    Ledger.kernel("filter spread") {
      ck_filter_spread(floats, Int64(count), Int64(kernel.height * kernel.width), filters.floats)
    }
    return filters
  }
}
