import Synchronization

/// The account of a run: bytes saved for the backward pass, bytes alive, floating-point operations and time,
/// by module and by kind of operation.
///
/// One multiply-add counts as two floating-point operations. Run a model inside `record(_:)` to fill a ledger.
public final class Ledger: Sendable {
  /// The two passes of a training step.
  public enum Pass: String, Sendable, Hashable, CaseIterable {
    case forward, backward
  }

  /// What rows are told apart by.
  public struct Key: Hashable, Sendable {
    /// The path of the module; empty for work outside of modules.
    public let module: String
    /// The kind of operation, such as "convolution".
    public let operation: String
    /// The pass it belongs to.
    public let pass: Pass
  }

  /// What one kind of operation of one module cost in one pass.
  public struct Entry: Sendable {
    /// How often the operation ran.
    public var calls = 0
    /// Time inside of its kernels, in nanoseconds.
    public var nanoseconds: UInt64 = 0
    /// Floating-point operations, a multiply-add counted as two.
    public var operations = 0.0
    /// Bytes kept from the forward for the backward pass.
    public var savedBytes = 0
    /// The largest number of bytes alive in tensors right after a call.
    public var peakBytes = 0
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    /// Time of kernels that ran inside of the one that runs now (deferred elements), which is not its own.
    var nestedNanoseconds: UInt64 = 0
    var savedStorages: Set<Int> = []
  }

  private let state = Mutex(State())

  /// The ledger that is being filled by this task, if any.
  @TaskLocal public static var current: Ledger?
  /// Whether kernels are counted but not run.
  @TaskLocal static var skipsKernels = false
  /// The pass that runs now.
  @TaskLocal static var pass = Pass.forward

  /// An empty ledger.
  public init() {}

  /// Runs a body and enters all its operations.
  public func record<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Ledger.$current.withValue(self, operation: body)
  }

  /// Runs a body and enters its operations without running their kernels: shapes are right, elements are undefined.
  ///
  /// A quick way to count what an evaluation of a network would cost. Modules that train would lose their statistics.
  public func estimate<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Ledger.$skipsKernels.withValue(true) { try record(body) }
  }

  /// The rows entered so far.
  public var entries: [Key: Entry] { state.withLock { $0.entries } }

  /// Multiply-adds of convolutions, linear layers, attention and matrix products in forward passes: what publications call MACs.
  public var multiplyAdds: Double {
    let products: Set = ["convolution", "depthwise convolution", "linear", "attention", "matrix product"]
    return entries.reduce(0) { sum, row in
      row.key.pass == .forward && products.contains(row.key.operation) ? sum + row.value.operations / 2 : sum
    }
  }

  /// Runs one kernel, entering its time and its floating-point operations if a ledger is being filled.
  /// - Parameters:
  ///   - operation: the name it is entered under.
  ///   - module: the path it is entered for; by default that of the module that runs.
  ///   - operations: its floating-point operations; a multiply-add counts as two.
  ///   - body: runs it.
  public static func kernel(
    _ operation: StaticString, of module: String? = nil, operations: Double = 0, _ body: () -> Void
  ) {
    guard let ledger = current else { return body() }
    if skipsKernels {
      return ledger.update(operation, of: module) { entry in
        entry.calls += 1
        entry.operations += operations
      }
    }
    let clock = ContinuousClock()
    let outer = ledger.state.withLock { state in
      defer { state.nestedNanoseconds = 0 }
      return state.nestedNanoseconds
    }
    let start = clock.now
    body()
    let (seconds, attoseconds) = (clock.now - start).components
    let elapsed = UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    let nested = ledger.state.withLock { state in
      defer { state.nestedNanoseconds = outer + elapsed }
      return state.nestedNanoseconds
    }
    ledger.update(operation, of: module) { entry in
      entry.calls += 1
      entry.nanoseconds += elapsed - min(nested, elapsed)
      entry.operations += operations
      entry.peakBytes = max(entry.peakBytes, MemoryPool.liveBytes)
    }
  }

  /// Enters bytes kept for the backward pass, each storage once.
  static func saved(_ tensor: Tensor, by operation: StaticString) {
    guard let ledger = current else { return }
    let isNew = ledger.state.withLock { $0.savedStorages.insert(tensor.storage.number).inserted }
    if isNew { ledger.update(operation) { $0.savedBytes += tensor.byteCount } }
  }

  private func update(_ operation: StaticString, of module: String? = nil, _ change: (inout Entry) -> Void) {
    let key = Key(module: module ?? Scope.path, operation: "\(operation)", pass: Ledger.pass)
    state.withLock { change(&$0.entries[key, default: Entry()]) }
  }
}
