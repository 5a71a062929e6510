import Statistics

extension RankingParity {
  /// The fewest lists whose ratio of exposures is judged: a variance between fewer is noise itself.
  public static let fewestLists = 10

  /// Judges each attribute's exposures: the ratio of every pair of groups that are large enough, against τ.
  ///
  /// Lists are the independent units, since places of one list go to one or the other. All pairs of all attributes are one family, their
  /// intervals at Bonferroni's level. A disparity needs one pair's whole interval beyond τ to 1/τ, "within" all pairs' within.
  mutating func judge(_ ranked: [RankedLists], tau: Double, alpha: Double, minimumCount: Int) {
    let large = attributes.map { attribute in
      attribute.groups.indices.filter { attribute.groups[$0].rows >= minimumCount }
    }
    familySize = max(1, large.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 })
    level = 1 - alpha / Double(familySize)
    for place in attributes.indices {
      var (verdicts, reason): ([AuditVerdict], String?) = ([], nil)
      let groups = attributes[place].groups
      if large[place].count < 2 { reason = "fewer than two groups have \(minimumCount) rows" }
      for (number, second) in large[place].enumerated() {
        for first in large[place][..<number] {
          let lists = ranked[place].listCount(first, second)
          guard lists >= Self.fewestLists else {
            verdicts.append(.notEstimable)
            reason =
              "\(lists) lists hold \(groups[first].values[0]) or \(groups[second].values[0]), fewer than \(Self.fewestLists)"
            continue
          }
          let isBelow = groups[first].meanExposure <= groups[second].meanExposure
          let (low, high) = isBelow ? (first, second) : (second, first)
          let interval = ranked[place].ratioInterval(low, high, level: level)
          if groups[low].values == attributes[place].least, groups[high].values == attributes[place].greatest
          {
            attributes[place].interval = interval
          }
          if interval == nil { reason = "nothing varies between lists" }
          verdicts.append(
            interval.map { found in
              if found.upper < tau || found.lower > 1 / tau { return .disparity }
              return found.lower >= tau && found.upper <= 1 / tau ? .withinTolerance : .inconclusive
            } ?? .notEstimable)
        }
      }
      attributes[place].verdict = Self.together(verdicts)
      attributes[place].reason = attributes[place].verdict == .notEstimable ? reason : nil
    }
  }

  /// What the verdicts of all pairs say of all groups: a disparity of one, nothing beyond the tolerance of all, or neither.
  static func together(_ verdicts: [AuditVerdict]) -> AuditVerdict {
    if verdicts.contains(.disparity) { return .disparity }
    if verdicts.isEmpty || verdicts.contains(.notEstimable) { return .notEstimable }
    return verdicts.allSatisfy { $0 == .withinTolerance } ? .withinTolerance : .inconclusive
  }

  /// Whether groups of an attribute get less exposure than is tolerated.
  public var hasDisparity: Bool { attributes.contains { $0.verdict == .disparity } }
}
