import Statistics

/// All conjunctions of a table under one metric, and which cells of groups each holds.
struct SubgroupLattice {
  /// A conjunction.
  struct Group {
    /// Attributes, ascending, and the coordinate of each.
    var attributes: [Int]
    var coordinates: [Int]
    var rows: Int
    var successes: Int
    /// What is expected of its rows, and the variance of that, when successes are dealt anew within strata.
    var expected: Double
    var variance: Double
    /// The cells of groups.
    var cells: [Int32]
  }

  private struct Conjunction: Hashable {
    var attributes: [Int]
    var coordinates: [Int]
  }

  /// The rows of a stratum: how many of each cell of groups, and how many successes there are to deal.
  private struct Stratum {
    /// One entry a cell of groups, those without rows included.
    var rows: [Int]
    var successes: [Int]
    var total = 0
    var totalSuccesses = 0
  }

  private(set) var groups: [Group] = []
  /// Where the group of a conjunction stands, also of one that another stands for.
  private var index: [Conjunction: Int] = [:]
  private(set) var tooSmall = 0
  private var strata: [Stratum] = []
  private var cellCount = 0
  private var allRows = 0

  init(_ table: DecisionTable, _ metric: RateMetric, depth: Int, minimumCount: Int) throws(BiasMetricsError) {
    // Rows below the line, and above it, by stratum and cell of groups.
    var counts: [[Int]: [[Int]: (rows: Int, successes: Int)]] = [:]
    for cell in table.cells {
      var one = Confusion()
      one.add(1, label: cell.label, prediction: cell.prediction)
      let (above, below) = metric.parts(one)
      guard below > 0 else { continue }
      let place = Array(cell.coordinates[..<table.groupDimensions])
      let stratum = Array(cell.coordinates[table.groupDimensions...])
      var sum = counts[stratum]?[place] ?? (0, 0)
      sum = (sum.rows + cell.count, sum.successes + (above > 0 ? cell.count : 0))
      counts[stratum, default: [:]][place] = sum
    }
    let places = Set(counts.values.flatMap(\.keys)).sorted { $0.lexicographicallyPrecedes($1) }
    guard counts.count <= SubgroupSearch.largestGrid / max(1, places.count) else {
      throw BiasMetricsError(
        .invalidPlan,
        "the search has \(counts.count) strata of controls by \(places.count) combinations of groups, more than \(SubgroupSearch.largestGrid) cells",
        hint: "put values of groups or controls into classes, or leave the controls out")
    }
    let numbers = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, Int32($0)) })
    cellCount = places.count
    for key in counts.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      guard let part = counts[key] else { continue }
      var stratum = Stratum(
        rows: Array(repeating: 0, count: cellCount), successes: Array(repeating: 0, count: cellCount))
      for (place, number) in numbers {
        guard let counted = part[place] else { continue }
        (stratum.rows[Int(number)], stratum.successes[Int(number)]) = counted
      }
      stratum.total = stratum.rows.reduce(0, +)
      stratum.totalSuccesses = stratum.successes.reduce(0, +)
      strata.append(stratum)
      allRows += stratum.total
    }
    // Beyond this, logarithms of factorials lose the digits that chances are made of.
    guard allRows <= SubgroupSearch.mostRows else {
      throw BiasMetricsError(
        .invalidPlan, "the search takes at most \(SubgroupSearch.mostRows) rows",
        hint: "search a sample of the rows")
    }
    var (sets, combinations) = (0, 1)
    for size in 1...max(1, min(depth, table.groupDimensions)) {
      combinations = combinations * (table.groupDimensions - size + 1) / size
      sets += combinations
      guard sets <= SubgroupSearch.largestFamily else { throw Self.tooMany }
    }
    try findGroups(places, attributes: table.groupDimensions, depth: depth, minimumCount: minimumCount)
  }

  private mutating func findGroups(
    _ places: [[Int]], attributes: Int, depth: Int, minimumCount: Int
  ) throws(BiasMetricsError) {
    // Two conjunctions that hold the same cells are one group; the shorter, which comes first, stands for both.
    var known: [[Int32]: Int?] = [:]
    for set in Self.subsets(of: attributes, upTo: depth) {
      var members: [[Int]: [Int32]] = [:]
      for (number, place) in places.enumerated() {
        members[set.map { place[$0] }, default: []].append(Int32(number))
      }
      for key in members.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        guard let cells = members[key], cells.count < places.count else { continue }
        let conjunction = Conjunction(attributes: set, coordinates: key)
        if let same = known[cells] {
          index[conjunction] = same
          continue
        }
        let group = counted(
          Group(
            attributes: set, coordinates: key, rows: 0, successes: 0, expected: 0, variance: 0, cells: cells))
        if group.rows < minimumCount || group.variance <= 0 {
          tooSmall += 1
          known[cells] = .some(nil)
          continue
        }
        known[cells] = groups.count
        index[conjunction] = groups.count
        groups.append(group)
        guard groups.count <= SubgroupSearch.largestFamily else { throw Self.tooMany }
      }
    }
  }

  private static var tooMany: BiasMetricsError {
    BiasMetricsError(
      .invalidPlan, "the search has more than \(SubgroupSearch.largestFamily) subgroups",
      hint: "combine fewer conditions, put values into classes, or raise the least count")
  }

  private func counted(_ group: Group) -> Group {
    var group = group
    for stratum in strata {
      var rows = 0
      for cell in group.cells {
        rows += stratum.rows[Int(cell)]
        group.successes += stratum.successes[Int(cell)]
      }
      group.rows += rows
      let (n, k, m) = (Double(stratum.total), Double(stratum.totalSuccesses), Double(rows))
      group.expected += m * k / n
      if n > 1 { group.variance += m * (n - m) / (n - 1) * (k / n) * (1 - k / n) }
    }
    return group
  }

  /// Sets of attributes, the small ones first.
  private static func subsets(of count: Int, upTo depth: Int) -> [[Int]] {
    var (all, last): ([[Int]], [[Int]]) = ([], [[]])
    for _ in 0..<min(depth, count) {
      last = last.flatMap { set in (((set.last ?? -1) + 1)..<count).map { set + [$0] } }
      all += last
    }
    return all
  }

  // MARK: - Chance

  /// The greatest |z| among all groups in each of so many deals, ascending.
  ///
  /// Under "no group differs" every assignment of a stratum's successes to its rows is as likely, so the successes of its cells are
  /// multivariate hypergeometric.
  func greatestDeviations(_ permutations: Int, seed: UInt64) -> [Double] {
    var random = Philox(seed: seed)
    let scales = groups.map { 1 / $0.variance.squareRoot() }
    var greatest: [Double] = []
    greatest.reserveCapacity(permutations)
    var dealt = [Int](repeating: 0, count: cellCount)
    let deals = strata.compactMap { stratum -> (sampler: HypergeometricSampler, cells: [Int], taken: Int)? in
      let cells = stratum.rows.indices.filter { stratum.rows[$0] > 0 }
      let sampler = try? HypergeometricSampler(sizes: cells.map { stratum.rows[$0] })
      return sampler.map { ($0, cells, stratum.totalSuccesses) }
    }
    var drawn = deals.map { [Int](repeating: 0, count: $0.cells.count) }
    for _ in 0..<permutations {
      for index in dealt.indices { dealt[index] = 0 }
      for (place, deal) in deals.enumerated() {
        deal.sampler.draw(deal.taken, into: &drawn[place], using: &random)
        for (index, cell) in deal.cells.enumerated() { dealt[cell] += drawn[place][index] }
      }
      var most = 0.0
      for (group, scale) in zip(groups, scales) {
        var sum = 0
        for cell in group.cells { sum &+= dealt[Int(cell)] }
        most = max(most, abs(Double(sum) - group.expected) * scale)
      }
      greatest.append(most)
    }
    return greatest.sorted()
  }

  // MARK: - Results

  func subgroups(_ table: DecisionTable, _ metric: RateMetric) -> [SubgroupSearch.Subgroup] {
    groups.map { group in
      let rows = Double(group.rows)
      return SubgroupSearch.Subgroup(
        metric: metric, conditions: conditions(group, table), rows: group.rows, share: rows / Double(allRows),
        rate: Double(group.successes) / rows, expected: group.expected / rows,
        z: (Double(group.successes) - group.expected) / group.variance.squareRoot(), adjustedP: 1)
    }
  }

  private func conditions(_ group: Group, _ table: DecisionTable) -> [SubgroupSearch.Condition] {
    zip(group.attributes, group.coordinates).map { attribute, coordinate in
      SubgroupSearch.Condition(
        attribute: table.dimensions[attribute].name,
        value: coordinate == 0
          ? DecisionTable.missingName : table.dimensions[attribute].labels[coordinate - 1])
    }
  }

  /// Marks findings that a wider finding of the same direction explains: within it they are like its other rows, |z| < 1.96, or
  /// nearer to the rate of all.
  func explain(_ subgroups: inout [SubgroupSearch.Subgroup], alpha: Double) {
    for child in groups.indices where subgroups[child].adjustedP <= alpha {
      var best: Int?
      let count = groups[child].attributes.count
      // Every wider group leaves out some of the conditions: at most 62 of them.
      for kept in 1..<((1 << count) - 1) {
        let places = (0..<count).filter { kept >> $0 & 1 == 1 }
        let wider = Conjunction(
          attributes: places.map { groups[child].attributes[$0] },
          coordinates: places.map { groups[child].coordinates[$0] })
        guard let parent = index[wider], parent != child, subgroups[parent].adjustedP <= alpha,
          (subgroups[parent].z > 0) == (subgroups[child].z > 0),
          !differs(groups[child], within: groups[parent])
        else { continue }
        // The widest explains most.
        if best.map({ groups[$0].rows < groups[parent].rows }) ?? true { best = parent }
      }
      subgroups[child].explainedBy = best.map { subgroups[$0].conditions }
    }
  }

  private func differs(_ child: Group, within parent: Group) -> Bool {
    let (n, m) = (Double(parent.rows), Double(child.rows))
    guard n > m, n > 1 else { return false }
    // Deviations from what is expected, so that strata do not mix in.
    let whole = Double(parent.successes) - parent.expected
    let part = Double(child.successes) - child.expected
    let excess = part - whole * m / n
    guard (excess > 0) == (whole > 0) else { return false }
    let rate = Double(parent.successes) / n
    let variance = m * (n - m) / (n - 1) * rate * (1 - rate)
    return variance > 0 && abs(excess) >= 1.96 * variance.squareRoot()
  }
}
