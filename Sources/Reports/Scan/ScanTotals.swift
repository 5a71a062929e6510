import Scan
import Statistics

extension ScanReport {
  /// What one target came to.
  public struct TargetTotals: Hashable, Sendable {
    /// Results.
    public var tests = 0
    /// Those in which its mark was detected.
    public var detected = 0
    /// Those with too little for a verdict.
    public var insufficient = 0
    /// Results that state their power.
    public var powerTests = 0
    var powerSum = CompensatedSum()
    /// How many p-values lie at or below 10^(−place ÷ ``binsOfDecade``), by place; all of them at place 0.
    public var below = [Int](repeating: 0, count: TargetTotals.bins)

    /// Places in a factor of ten.
    public static let binsOfDecade = 8
    static let decades = 12
    static let bins = decades * binsOfDecade + 1

    /// The mean chance that a mark of usual strength would have been detected; nil where no result states it.
    public var meanPower: Double? { powerTests > 0 ? powerSum.value / Double(powerTests) : nil }

    mutating func add(_ finding: ScanFinding) {
      tests += 1
      if finding.isDetected { detected += 1 }
      if finding.verdict == "insufficient" { insufficient += 1 }
      if let power = finding.power {
        powerTests += 1
        powerSum.add(power)
      }
      // A p-value on a place counts there: rounding must not move it.
      let steps = (-finding.log10P * Double(Self.binsOfDecade) + 1e-9).rounded(.down)
      below[Int(min(Double(Self.bins - 1), max(0, steps)))] += 1
    }

    /// Turns counts of single places into those of all places from there on.
    mutating func accumulate() {
      var place = Self.bins - 2
      while place >= 0 {
        below[place] += below[place + 1]
        place -= 1
      }
    }
  }

  /// What one input came to.
  public struct SourceTotals: Hashable, Sendable {
    /// The input's name.
    public var source: String
    /// Its records.
    public var counts = ScanTally()
  }

  /// What could not be examined for one reason.
  public struct ProblemTotals: Hashable, Sendable {
    /// The reason.
    public var code: String
    /// Whether limits kept the records from being looked at.
    public var isSkipped: Bool
    /// How often.
    public var count = 0
    /// What to do, as it was said first.
    public var hint: String
  }
}

/// Counts records by target, input, outcome and reason.
struct ScanTotalsBuilder {
  private(set) var sources: [ScanReport.SourceTotals] = []
  private(set) var outcomes: [ScanRecord.Outcome: Int] = [:]
  private(set) var problems: [ScanReport.ProblemTotals] = []
  private(set) var ranks: [ScanReport.Rank] = []
  private var counted: [ScanReport.TargetTotals] = []
  private var sourcePlaces: [String: Int] = [:]
  private var problemPlaces: [String: Int] = [:]

  var targets: [ScanReport.TargetTotals] {
    counted.map { totals in
      var totals = totals
      totals.accumulate()
      return totals
    }
  }

  mutating func add(_ record: ScanRecord) {
    for finding in record.findings {
      while counted.count <= finding.target { counted.append(.init()) }
      counted[finding.target].add(finding)
    }
    let place: Int
    if let known = sourcePlaces[record.source] {
      place = known
    } else {
      place = sources.count
      sourcePlaces[record.source] = place
      sources.append(.init(source: record.source))
    }
    sources[place].counts.add(record)
    let outcome = record.outcome
    outcomes[outcome, default: 0] += 1
    for problem in record.problems {
      let key = (problem.isSkipped ? "s" : "f") + problem.code
      let place = problemPlaces[key] ?? problems.count
      if place == problems.count {
        problemPlaces[key] = place
        problems.append(.init(code: problem.code, isSkipped: problem.isSkipped, hint: problem.hint))
      }
      problems[place].count += 1
    }
    let order = UInt8(ScanRecord.Outcome.allCases.firstIndex(of: outcome) ?? 0)
    ranks.append(.init(outcome: order, log10P: record.best?.adjustedLog10P ?? 0))
  }
}

extension ScanReport {
  /// Which records a page of limited room shows: detected ones first, then what could not be examined, then the rest by p.
  ///
  /// - Returns: places of records in the order in which they are shown.
  func foremost(_ limit: Int, where isWanted: (Rank) -> Bool = { _ in true }) -> [Int] {
    let wanted = ranks.indices.filter { isWanted(ranks[$0]) }
    let sorted = wanted.sorted {
      (ranks[$0].outcome, ranks[$0].log10P, $0) < (ranks[$1].outcome, ranks[$1].log10P, $1)
    }
    return Array(sorted.prefix(max(0, limit)))
  }
}
