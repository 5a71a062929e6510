import Scan
import Testing

@Suite("Progress in words")
struct ProgressTests {
  private func words(
    seen: Int = 50_412, records: Int? = nil, flagged: Int = 3, missed: Int = 0, seconds: Double,
    bytes: (Int, Int)? = nil, earlier: Int = 0
  ) -> String {
    var progress = ScanProgress()
    (progress.tally.seen, progress.tally.flagged, progress.tally.failed) = (seen, flagged, missed)
    (progress.records, progress.seconds) = (records ?? seen, seconds)
    if let bytes { progress.bytes = (done: bytes.0, total: bytes.1) }
    progress.earlierBytes = earlier
    return progress.words
  }

  @Test("share, rate, flagged and the time that is left")
  func whole() {
    #expect(
      words(seconds: 4.1, bytes: (410, 1_000))
        == "50,412 records · 41 % · 12,295 records/s · 3 flagged · about 5 s left")
    #expect(
      words(seen: 9, missed: 1_234, seconds: 6, bytes: (50, 1_000))
        == "9 records · 5 % · 1.5 records/s · 3 flagged · 1,234 not examined · about 2 min left")
  }

  @Test("nothing is said of an end that is not known")
  func unknown() {
    #expect(words(seconds: 4) == "50,412 records · 12,603 records/s · 3 flagged")
    // Too early, nothing read, or inputs that have no bytes at all.
    #expect(words(seconds: 1, bytes: (100, 1_000)) == "50,412 records · 10 % · 50,412 records/s · 3 flagged")
    #expect(words(seconds: 9, bytes: (0, 1_000)).hasSuffix("3 flagged"))
    #expect(words(seconds: 9, bytes: (0, 0)) == "50,412 records · 5,601 records/s · 3 flagged")
    // An input that grew: more was read than there was.
    #expect(words(seconds: 9, bytes: (1_100, 1_000)).contains(" · 99 % · "))
    #expect(words(seconds: 9, bytes: (1_100, 1_000)).hasSuffix("3 flagged"))
  }

  @Test("a resumed run tells the speed of its own part")
  func resumed() {
    #expect(
      words(records: 400, seconds: 4, bytes: (600, 1_000), earlier: 500)
        == "50,412 records · 60 % · 100 records/s · 3 flagged · about 15 s left")
  }

  @Test("times are in the unit that a person would take")
  func durations() {
    func left(_ seconds: Double) -> String {
      let text = words(seconds: 10, bytes: (1_000_000, 1_000_000 + Int(seconds * 100_000)))
      return text.split(separator: " · ").last.map(String.init) ?? ""
    }
    #expect(left(0.1) == "a few seconds left" && left(4.9) == "a few seconds left")
    #expect(left(12) == "about 10 s left" && left(54) == "about 55 s left")
    #expect(left(55) == "about 1 min left" && left(200) == "about 3 min left")
    #expect(left(3_560) == "about 59 min left" && left(3_600) == "about 1 h left")
    #expect(left(9_000) == "about 2 h 30 min left" && left(90_000) == "about 25 h left")
    #expect(left(1_000_000) == "about 12 days left")
  }
}
