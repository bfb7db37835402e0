import Synchronization

/// What happens where tensors find no memory, which ends the process.
public enum MemoryExhaustion {
  private static let handler = Mutex<@Sendable (String) -> Never> { fatalError($0) }

  /// Replaces what is done then; by default the program stops with the message and a trace.
  /// - Parameter handler: takes a message for the user on whichever thread wanted the memory.
  public static func handle(_ handler: @escaping @Sendable (String) -> Never) { self.handler.withLock { $0 = handler } }

  static func stop(_ message: String) -> Never { handler.withLock { $0 }(message) }
}
