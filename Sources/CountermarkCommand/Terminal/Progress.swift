import Scan

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One line on standard error that is written over again while a long run goes on.
struct Progress {
  private let isOn: Bool
  private let start = Progress.now()
  private var last = 0.0
  private var isShown = false

  init(isOn: Bool) { self.isOn = isOn && Terminal.errorIsTerminal }

  /// Shows the counts, at most five times a second and not before the first second.
  mutating func update(_ tally: ScanTally) {
    guard isOn else { return }
    let now = Self.now()
    guard now - start >= 1, now - last >= 0.2 else { return }
    last = now
    isShown = true
    let rate = Double(tally.seen) / (now - start)
    Terminal.write(
      "\r\u{1b}[K\(tally.seen) records, \(fixed(rate, 0))/s, \(tally.flagged) flagged, \(tally.failed + tally.skipped) not examined",
      to: STDERR_FILENO)
  }

  /// Clears the line.
  mutating func finish() {
    if isShown { Terminal.write("\r\u{1b}[K", to: STDERR_FILENO) }
    isShown = false
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
