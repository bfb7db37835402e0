/// Looks at a cotangent band by band while it is being made and in the cache, so that a reduction over it takes no pass of its
/// own.
///
/// An operation that wants this gives its node a watcher. The backward pass hands it to the operation that makes the
/// cotangent, if that is the only one; an operation that cannot show bands leaves the watcher alone.
protocol CotangentWatcher: AnyObject, Sendable {
  /// Takes some rows of the cotangent's matrix […, last axis] into account; each row is shown once, in order.
  func see(_ band: Tensor, rows: Range<Int>)
}
