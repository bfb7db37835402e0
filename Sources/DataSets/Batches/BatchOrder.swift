import Tensor

/// Which examples each batch of each epoch holds: a function of seed, epoch and step alone.
struct BatchOrder: Sendable {
  /// The number of batches in an epoch.
  let batchCount: Int
  /// The number of examples in the batches of an epoch.
  var exampleCount: Int { min(count, batchCount * batchSize) }
  private let count: Int
  private let batchSize: Int
  private let shuffles: Bool
  private let seed: UInt64

  /// - Parameter name: of the set, for messages.
  /// - Throws: ``DataSetError`` if the set is empty, the batch size is below one, or no full batch remains.
  init(of name: String, count: Int, batchSize: Int, shuffles: Bool, dropsLast: Bool, seed: UInt64) throws {
    guard count > 0 else { throw DataSetError("\(name): no pictures to make batches of") }
    guard batchSize >= 1 else { throw DataSetError("the batch size is \(batchSize), expected at least 1") }
    self.batchSize = min(batchSize, dropsLast ? batchSize : count)
    batchCount = dropsLast ? count / self.batchSize : (count - 1) / self.batchSize + 1
    guard batchCount > 0 else {
      throw DataSetError("\(name) has \(count) pictures, fewer than one batch of \(batchSize); use a smaller batch")
    }
    (self.count, self.shuffles, self.seed) = (count, shuffles, seed)
  }

  /// The order of the examples in an epoch.
  func examples(epoch: Int) -> [Int] {
    guard shuffles else { return Array(0..<count) }
    var generator = BatchRandomness.order.generator(seed: seed, epoch, 0)
    return generator.permutation(of: count)
  }

  /// The part of an epoch's order that a step takes.
  func indices(step: Int, of order: [Int]) -> ArraySlice<Int> {
    order[step * batchSize..<min(order.count, (step + 1) * batchSize)]
  }
}

/// What random numbers of a loader are for; each use has a sequence of its own.
enum BatchRandomness: UInt64 {
  case order, example, batch

  func generator(seed: UInt64, _ epoch: Int, _ index: Int) -> Generator {
    Generator(seed: seed, key: rawValue, UInt64(epoch), UInt64(index))
  }
}
