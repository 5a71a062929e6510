#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The price of looking at many windows.
///
/// A span search reports its best window; that window's own p-value is too good by the number of windows tried.
public enum WindowScan {
  /// Returns a bound on ln P(some window has a tail of at most `logTail`): min(0, ln M + `logTail`).
  ///
  /// Boole's inequality, so it holds however the M windows overlap; overlapping ones make it generous. Throws when `logTail` is no
  /// log-probability or M is below 1.
  public static func logBound(logTail: Double, windows: Int) throws(StatisticsError) -> Double {
    try LogProbability.check(logTail)
    guard windows >= 1 else {
      throw .parameter("a scan of \(windows) windows", hint: "count the windows that were tested: at least 1")
    }
    return min(0, log(Double(windows)) + logTail)
  }
}
