import Scan

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One line on standard error that is written over again while a long run goes on.
///
/// Only people see it: where standard error is no terminal, or the environment says that a build server runs (`CI`), nothing is
/// written.
struct Progress {
  private let isOn: Bool
  private let start = Progress.now()
  private var last = 0.0
  private var isShown = false
  private var progress = ScanProgress()
  private var earlierRecords: Int
  private let meter: ReadMeter?

  /// - Parameters:
  ///   - inventory: the inputs, whose sizes tell how much is left.
  ///   - meter: what was read of them.
  ///   - position: where a resumed run begins, after these counts.
  init(
    isOn: Bool, inventory: InputInventory, meter: ReadMeter?, from position: ScanPosition = .init(),
    after tally: ScanTally = .init()
  ) {
    self.isOn = isOn && Terminal.errorIsTerminal && !Terminal.isBuildServer
    self.meter = meter
    earlierRecords = tally.seen
    guard self.isOn, inventory.isRepeatable else { return }
    var (total, earlier) = (0, 0)
    for index in 0..<inventory.count {
      let size = inventory.entry(at: index).size ?? 0
      total += size
      // What was read of the input in which it goes on is passed over again, which the meter counts.
      if index < position.input { earlier += size }
    }
    progress.bytes = (earlier, total)
    progress.earlierBytes = earlier
  }

  /// Shows the counts, at most five times a second and not before the first second.
  mutating func update(_ tally: ScanTally) {
    guard isOn else { return }
    let now = Self.now()
    guard now - start >= 1, now - last >= 0.2 else { return }
    last = now
    isShown = true
    progress.tally = tally
    progress.records = tally.seen - earlierRecords
    progress.seconds = now - start
    if let meter { progress.bytes?.done = progress.earlierBytes + meter.bytes }
    let words = String(progress.words.prefix(Terminal.errorWidth - 1))
    Terminal.write("\r\u{1b}[K" + words, to: STDERR_FILENO)
  }

  /// Clears the line.
  mutating func finish() {
    if isShown { Terminal.write("\r\u{1b}[K", to: STDERR_FILENO) }
    isShown = false
  }

  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
