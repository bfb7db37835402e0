/// The gradients of weights and bias, added over bands; a primitive may want them in a layout of its own.
struct WeightSums {
  private let targets: WeightedGradients
  private let unpack: Reorder?
  private var sums: [Tensor] = []
  private var latest: [Tensor] = []

  /// - Parameter unpack: from the layout of the kernel to that of the weights; nil where the kernel has no other.
  init(_ targets: WeightedGradients, unpack: Reorder? = nil) { (self.targets, self.unpack) = (targets, unpack) }

  /// Where the gradients of the next band go: the first band's become the sums, later ones are added to them.
  mutating func next() -> (weight: Tensor, bias: Tensor?)? {
    guard let weight = targets.weight else { return nil }
    if sums.isEmpty {
      let packed = unpack.flatMap { $0.isNeeded ? $0.emptySource() : nil } ?? weight
      sums = [packed] + (targets.bias.map { [$0] } ?? [])
      return (packed, targets.bias)
    }
    if latest.isEmpty { latest = sums.map(\.similar) }
    return (latest[0], latest.count > 1 ? latest[1] : nil)
  }

  /// Adds the gradients of the latest band.
  func add() { for (sum, addend) in zip(sums, latest) { sum.add(addend) } }

  /// Brings the sums into the layout of the weights.
  func finish() {
    if let weight = targets.weight, let sum = sums.first { unpack?.apply(to: sum, into: weight) }
  }
}
