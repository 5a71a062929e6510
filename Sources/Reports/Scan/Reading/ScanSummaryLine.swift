import Tabular

/// The last line of a file of results: what its run says of itself.
struct ScanSummaryLine {
  let counts: ScanCounts
  let digest: String
  let isInterrupted: Bool

  init(_ line: [UInt8], place: String) throws(ReportsError) {
    do throws(TabularError) {
      var reader = try ObjectReader(parsing: line, place: place)
      var counts = ScanCounts()
      counts.seen = try Self.count("seen", &reader)
      counts.scanned = try Self.count("scanned", &reader)
      counts.skipped = try Self.count("skipped", &reader)
      counts.failed = try Self.count("failed", &reader)
      counts.images = try reader.integer("images") ?? 0
      counts.flagged = try Self.count("flagged", &reader)
      self.counts = counts
      digest = try reader.requiredString("digest")
      isInterrupted = try reader.bool("interrupted") ?? false
    } catch {
      throw ReportsError(.damagedResults, error.message, hint: "scan again; do not edit results by hand")
    }
  }

  private static func count(_ name: String, _ reader: inout ObjectReader) throws(TabularError) -> Int {
    guard let count = try reader.integer(name), count >= 0 else {
      throw reader.invalid(name, "is no count", hint: "")
    }
    return count
  }

  /// Throws unless the lines before the summary are those that it was written for, and are as many as it says.
  func check(_ account: ScanRunAccount, path: String) throws(ReportsError) {
    guard digest == account.digest else {
      throw ReportsError(
        .damagedResults,
        "\(path): its lines are not those that its summary was written for (SHA-256 differs)",
        hint: "scan again; do not edit results by hand")
    }
    guard counts.seen == counts.scanned + counts.skipped + counts.failed else {
      throw ReportsError(
        .damagedResults,
        "\(path): seen \(counts.seen) is not scanned \(counts.scanned) + skipped \(counts.skipped) + failed \(counts.failed)",
        hint: "scan again; do not edit results by hand")
    }
    let pairs = [
      ("seen", counts.seen, account.counts.seen), ("scanned", counts.scanned, account.counts.scanned),
      ("skipped", counts.skipped, account.counts.skipped), ("failed", counts.failed, account.counts.failed),
      ("flagged", counts.flagged, account.counts.flagged), ("images", counts.images, account.counts.images),
    ]
    for (name, said, read) in pairs where said != read {
      throw ReportsError(
        .damagedResults, "\(path): its summary says \(name) \(said), its lines come to \(read)",
        hint: "scan again; do not edit results by hand")
    }
  }
}
