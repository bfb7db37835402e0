#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Notices SIGINT and SIGTERM, so that a loop can save its state before it ends; a second signal ends at once.
public enum Interruption {
  /// Written by the signal handler alone, which may do nothing but set such a flag.
  nonisolated(unsafe) private static var signalCount: sig_atomic_t = 0

  /// Starts to notice signals, also where the parent process left them blocked; the first no longer ends the process.
  public static func watch(signals: [Int32] = [SIGINT, SIGTERM]) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in signals { sigaddset(&set, number) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    for number in signals {
      signal(number) { _ in
        Interruption.signalCount += 1
        if Interruption.signalCount > 1 { _exit(130) }
      }
    }
  }

  /// Whether a signal came.
  public static var isRequested: Bool { signalCount > 0 }
}
