/// How far a run has come, in words for the one line that is written over again while it goes on.
public struct ScanProgress: Sendable {
  /// The counts so far, those of an earlier part of the run included.
  public var tally = ScanTally()
  /// Records of this part of the run.
  public var records = 0
  /// Seconds of it.
  public var seconds = 0.0
  /// Bytes read of the inputs' files, and how many there are; nil where not all have a size, as pipes have none.
  public var bytes: (done: Int, total: Int)?
  /// Bytes that an earlier part of the run had read.
  public var earlierBytes = 0

  /// A run that begins.
  public init() {}

  /// Records, the share of the input that is read, the rate, what was flagged, and when the end may come.
  ///
  /// Nothing is said of the end where the inputs' sizes are not known, and not before two seconds have shown a speed.
  public var words: String {
    var parts = ["\(Self.grouped(tally.seen)) records"]
    let share = bytes.flatMap { $0.total > 0 ? min(1, Double($0.done) / Double($0.total)) : nil }
    // All is read only when the run ends.
    if let share { parts.append("\(Int(min(share * 100, 99))) %") }
    if seconds > 0 { parts.append("\(rate) records/s") }
    parts.append("\(Self.grouped(tally.flagged)) flagged")
    let missed = tally.failed + tally.skipped
    if missed > 0 { parts.append("\(Self.grouped(missed)) not examined") }
    if let left = secondsLeft { parts.append(Self.words(seconds: left)) }
    return parts.joined(separator: " · ")
  }

  private var rate: String {
    let rate = Double(records) / seconds
    guard rate < 10 else { return Self.grouped(Int(min(rate, 1e15))) }
    let tenths = Int((rate * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// At the speed so far; nil where that is not known.
  public var secondsLeft: Double? {
    guard let bytes, seconds >= 2, bytes.done > earlierBytes, bytes.total >= bytes.done else { return nil }
    return Double(bytes.total - bytes.done) * seconds / Double(bytes.done - earlierBytes)
  }

  /// About so long, in the unit that a person would take.
  static func words(seconds: Double) -> String {
    switch seconds {
    case ..<5: return "a few seconds left"
    case ..<55: return "about \(Int((seconds / 5).rounded()) * 5) s left"
    case ..<3570: return "about \(max(1, Int((seconds / 60).rounded()))) min left"
    case ..<172_800:
      let minutes = Int((seconds / 600).rounded()) * 10
      return minutes % 60 == 0
        ? "about \(minutes / 60) h left" : "about \(minutes / 60) h \(minutes % 60) min left"
    default: return "about \(grouped(Int((min(seconds, 1e12) / 86_400).rounded()))) days left"
    }
  }

  /// A number in groups of three figures.
  static func grouped(_ number: Int) -> String {
    var out = ""
    let digits = Array(String(number))
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { out.append(",") }
      out.append(digit)
    }
    return out
  }
}
