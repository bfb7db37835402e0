import Tensor

/// Some examples of another data set, in any order.
public struct Subset: DataSet {
  public let name: String
  private let base: any DataSet
  private let indices: [Int]

  /// Creates a data set of the examples at the given indices.
  ///
  /// - Precondition: each index is in `0..<base.count`.
  public init(_ base: any DataSet, indices: [Int], name: String? = nil) {
    precondition(indices.allSatisfy { (0..<base.count).contains($0) }, "an index is outside of \(base.name)")
    self.base = base
    self.indices = indices
    self.name = name ?? base.name
  }

  public var classNames: [String] { base.classNames }
  public var count: Int { indices.count }
  public func label(at index: Int) -> Int { base.label(at: indices[index]) }
  public func example(at index: Int) throws -> Example { try base.example(at: indices[index]) }
}

extension DataSet {
  /// Cuts the set in two, taking the same fraction of every class for the second part (rounded to nearest).
  ///
  /// Which examples go there depends on the seed alone; both parts keep the order of the set.
  ///
  /// - Throws: ``DataSetError`` unless `fraction` is in 0...1.
  public func stratifiedSplit(fraction: Double, seed: UInt64 = 0) throws -> (rest: Subset, part: Subset) {
    guard (0...1).contains(fraction) else {
      throw DataSetError("a split takes a fraction from 0 to 1 of each class, found \(fraction)")
    }
    var members = [[Int]](repeating: [], count: classCount)
    for index in 0..<count { members[label(at: index)].append(index) }
    var isPart = [Bool](repeating: false, count: count)
    for (label, indices) in members.enumerated() {
      var generator = Generator(seed: seed, key: UInt64(label))
      let shuffled = generator.permutation(of: indices.count)
      let partCount = Int((Double(indices.count) * fraction).rounded())
      for position in shuffled.prefix(partCount) { isPart[indices[position]] = true }
    }
    let all = 0..<count
    return (
      Subset(self, indices: all.filter { !isPart[$0] }), Subset(self, indices: all.filter { isPart[$0] })
    )
  }
}
