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
/// Shows how much of the input is read, the rate, the time that is left at that rate, and what was flagged. Bytes count for files,
/// since records of later files are not known; inputs on pipes have no end to tell.
struct Progress {
  private let isOn: Bool
  private let inventory: InputInventory?
  private let start = Progress.now()
  private var last = 0.0
  private var isShown = false
  private var total = 0
  private var done = 0
  private var doneInputs = 0
  private var first: (seen: Int, bytes: Int)?

  /// - Parameter position: where a resumed run begins.
  init(isOn: Bool, inventory: InputInventory? = nil, from position: ScanPosition = .init()) {
    self.isOn = isOn && Terminal.errorIsTerminal
    self.inventory = inventory
    guard self.isOn, let inventory, inventory.isRepeatable else { return }
    for index in 0..<inventory.count { total += inventory.entry(at: index).size ?? 0 }
  }

  /// Shows the counts, at most five times a second and not before the first second.
  mutating func update(_ tally: ScanTally, at position: ScanPosition) {
    guard isOn else { return }
    let now = Self.now()
    guard now - start >= 1, now - last >= 0.2 else { return }
    last = now
    isShown = true
    while let inventory, total > 0, doneInputs < min(position.input, inventory.count) {
      done += inventory.entry(at: doneInputs).size ?? 0
      doneInputs += 1
    }
    // Within an archive or a compressed file the place is not known until it ends.
    let size = inventory.map { position.input < $0.count ? $0.entry(at: position.input).size ?? 0 : 0 } ?? 0
    let bytes = min(total, done + (position.member == 0 ? min(position.offset, size) : 0))
    let begun = first ?? (tally.seen, bytes)
    if first == nil { first = begun }
    let seconds = now - start
    let rate = Double(tally.seen) / seconds
    var line = "\(tally.seen) records, \(fixed(rate, 0))/s"
    if total > 0 {
      line += ", \(fixed(100 * Double(bytes) / Double(total), 0))%"
      let speed = Double(bytes - begun.bytes) / max(seconds - 1, 0.2)
      if speed > 0 { line += ", \(Self.duration(Double(total - bytes) / speed)) left" }
    }
    line += ", \(tally.flagged) flagged, \(tally.failed + tally.skipped) not examined"
    Terminal.write("\r\u{1b}[K" + line, to: STDERR_FILENO)
  }

  /// Clears the line.
  mutating func finish() {
    if isShown { Terminal.write("\r\u{1b}[K", to: STDERR_FILENO) }
    isShown = false
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 359_999))
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
  }

  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
