import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whether the user wants the run to stop.
///
/// The first SIGINT or SIGTERM asks: no new work begins, what is under way is written, and the results are whole. The second
/// ends the process at once.
public enum Interruption {
  private static let requests = Atomic<Int>(0)

  /// Whether a stop was asked for.
  public static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// Listens to the signals from now on.
  public static func install() {
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      #if canImport(Glibc) || canImport(Musl)
      action.__sigaction_handler.sa_handler = { _ in Interruption.request() }
      #else
      action.__sigaction_u.__sa_handler = { _ in Interruption.request() }
      #endif
      // No SA_RESTART: a read that waits for input must come back.
      sigaction(number, &action, nil)
    }
  }

  /// Asks for a stop, as a signal does.
  public static func request() {
    if requests.wrappingAdd(1, ordering: .relaxed).oldValue > 0 { _exit(130) }
  }

  /// Forgets what was asked: for programs that run more than once.
  public static func reset() { requests.store(0, ordering: .relaxed) }
}
