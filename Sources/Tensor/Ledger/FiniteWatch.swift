import CKernels
import Synchronization

/// Finds the first operation whose result holds a NaN or an infinity.
///
/// Checking costs a pass over every result, so it is done when a loss has already gone wrong, on the same batch.
public final class FiniteWatch: Sendable {
  /// Where the first bad value appeared.
  public struct Finding: Sendable, Equatable {
    /// The path of the module, empty outside of modules.
    public let module: String
    /// The kind of operation.
    public let operation: String
  }

  @TaskLocal static var current: FiniteWatch?

  private let first = Mutex<Finding?>(nil)

  /// A watch that has seen nothing.
  public init() {}

  /// The first operation with a bad result, if any was seen.
  public var finding: Finding? { first.withLock { $0 } }

  /// Runs a body, looking at every result of its operations.
  public func observe<Result>(_ body: () throws -> Result) rethrows -> Result {
    try FiniteWatch.$current.withValue(self, operation: body)
  }

  static func inspect(_ result: Tensor, _ operation: StaticString) {
    guard let watch = current, result.dtype.isFloatingPoint, !result.isFinite else { return }
    watch.first.withLock { $0 = $0 ?? Finding(module: Scope.path, operation: "\(operation)") }
  }
}
