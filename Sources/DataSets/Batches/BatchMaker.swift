/// Makes the batches of a loader from the indices of their examples, on any thread.
protocol BatchMaker: Sendable {
  /// Makes a batch; nil if `isWanted` turns false meanwhile.
  ///
  /// - Throws: ``DataSetError`` if an example does not fit the others, and what reading it throws.
  func batch(of indices: ArraySlice<Int>, epoch: Int, step: Int, while isWanted: () -> Bool) throws -> Batch?
}
