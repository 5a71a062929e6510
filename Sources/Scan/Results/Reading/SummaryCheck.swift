import Tabular

/// The last line of a file of results, and whether what it says is what the lines before it come to.
struct SummaryCheck {
  /// The counts; those that the line does not have are 0.
  private(set) var tally = ScanTally()
  let isInterrupted: Bool
  private let digest: String
  private var said: [(name: String, count: Int)] = []
  private var detected: [Int]?
  private var expectedFalsePositives: Double?
  private var tests: Int?
  private var rejected: Int?

  private static let required: Set = ["seen", "scanned", "skipped", "failed", "flagged"]

  init(_ line: [UInt8], place: String) throws(ScanError) {
    do throws(TabularError) {
      var reader = try ObjectReader(parsing: line, place: place)
      for (name, count) in ScanTally.counts {
        if let value = try Self.count(name, &reader) {
          tally[keyPath: count] = value
          // Tokens of results that failed in the end are in no line.
          if name != "tokens_differing" { said.append((name, value)) }
        } else if Self.required.contains(name) {
          throw reader.invalid(name, "is missing", hint: "")
        }
      }
      detected = try reader.array("detected_by_profile")?.map { value throws(TabularError) in
        guard case .integer(let count) = value, count >= 0 else {
          throw reader.invalid("detected_by_profile", "holds no count", hint: "")
        }
        return count
      }
      tally.detectedByProfile = detected ?? []
      expectedFalsePositives = try reader.number("expected_false_positives")
      if var discovery = try reader.object("false_discovery") {
        tests = try Self.count("tests", &discovery)
        rejected = try Self.count("rejected", &discovery)
      }
      digest = try reader.requiredString("digest")
      isInterrupted = try reader.bool("interrupted") ?? false
    } catch {
      throw Self.damage(error.message)
    }
  }

  private static func count(_ name: String, _ reader: inout ObjectReader) throws(TabularError) -> Int? {
    guard let count = try reader.integer(name) else { return nil }
    guard count >= 0, count <= ScanTally.most else { throw reader.invalid(name, "is no count", hint: "") }
    return count
  }

  /// Throws unless the lines before the summary are those that it was written for, and come to what it says.
  func check(_ account: ScanRunAccount, discoveries: DiscoveryCount) throws(ScanError) {
    let path = account.path
    guard digest == account.digest else {
      throw Self.damage(
        "\(path): it was changed: its lines have another digest than its summary says (SHA-256 differs)")
    }
    guard tally.seen == tally.scanned + tally.skipped + tally.failed else {
      throw Self.damage(
        "\(path): seen \(tally.seen) is not scanned \(tally.scanned) + skipped \(tally.skipped) + failed \(tally.failed)"
      )
    }
    let read = Dictionary(
      uniqueKeysWithValues: ScanTally.counts.map { ($0.name, account.counts[keyPath: $0.count]) })
    var pairs = said.map { ($0.name, $0.count, read[$0.name] ?? 0) }
    if let detected {
      let known = account.counts.detectedByProfile
      for place in 0..<max(detected.count, known.count) {
        let (said, read) = (
          place < detected.count ? detected[place] : 0, place < known.count ? known[place] : 0
        )
        pairs.append(("detected_by_profile[\(place)]", said, read))
      }
    }
    if let tests { pairs.append(("tests", tests, discoveries.tests)) }
    if let rejected { pairs.append(("rejected", rejected, discoveries.result()?.rejected ?? 0)) }
    for (name, said, read) in pairs where said != read {
      throw Self.damage("\(path): its summary says \(name) \(said), its lines come to \(read)")
    }
    let expected = rounded(account.alpha * Double(account.counts.scanned), 12)
    if let said = expectedFalsePositives, said != expected {
      throw Self.damage(
        "\(path): its summary says expected_false_positives \(said), its lines come to \(expected)")
    }
  }

  private static func damage(_ message: String) -> ScanError {
    ScanError(code: .damagedResults, message: message, hint: "scan again; do not edit results by hand")
  }
}
