import DataSets
import Synchronization

/// A data set that can be read only so many times, as if the machine stopped.
public final class StoppingSet: DataSet {
  private let base: any DataSet
  private let remaining: Mutex<Int>

  /// The examples of another set, until so many are read.
  public init(_ base: any DataSet, reads: Int) {
    self.base = base
    remaining = Mutex(reads)
  }

  public var name: String { base.name }
  public var classNames: [String] { base.classNames }
  public var count: Int { base.count }
  public func label(at index: Int) -> Int { base.label(at: index) }

  public func example(at index: Int) throws -> Example {
    let isLeft = remaining.withLock { left in
      left -= 1
      return left >= 0
    }
    if !isLeft { throw DataSetError("stopped") }
    return try base.example(at: index)
  }
}
