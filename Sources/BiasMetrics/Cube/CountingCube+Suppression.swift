extension CountingCube {
  /// The cube without combinations of groups and controls that have a cell of fewer than `limit` rows, nor those that would give
  /// them away.
  ///
  /// A combination goes whole: were only its small cells taken out, its rates would be bent. Whoever knows a total could subtract the
  /// combinations that are left; so wherever combinations differ in one column only, at least two are taken out if any is, and they
  /// hold at least `limit` rows together, of each label and decision too unless they hold none: the next smallest go too. Scores
  /// are taken out altogether. This is the usual protection of single margins. It does not withstand somebody who solves several
  /// margins at once, who holds files of the same rows with other columns or limits, or who knows the rows of a combination that
  /// was taken out. Source: Hundepool et al., "Statistical Disclosure Control", Wiley 2012, chapter 4. Throws when nothing would be
  /// left.
  public func suppressing(below limit: Int) throws(BiasMetricsError) -> CountingCube {
    guard limit >= 2 else {
      throw BiasMetricsError(
        .invalidPlan, "counts below \(limit) cannot be taken out", hint: "give at least 2")
    }
    let kept = schema.groups.count + schema.controls.count
    var sums: [[Int]: Combination] = [:]
    for cell in cells {
      sums[Array(cell.coordinates[..<kept]), default: Combination()].add(
        cell.count, at: Array(cell.coordinates[kept...]), limit)
    }
    let places = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let all = places.map { sums[$0] ?? Combination() }
    var isGone = all.map(\.isSmall)
    let lines = Self.lines(places)
    var changed = isGone.contains(true)
    while changed {
      changed = false
      for line in lines {
        let gone = line.filter { isGone[$0] }
        guard !gone.isEmpty, Self.isGivenAway(gone.map { all[$0] }, limit),
          let next = line.filter({ !isGone[$0] }).min(by: { (all[$0].rows, $0) < (all[$1].rows, $1) })
        else { continue }
        isGone[next] = true
        changed = true
      }
    }
    let gone = Set(places.indices.filter { isGone[$0] }.map { places[$0] })
    guard gone.count < places.count else {
      throw BiasMetricsError(
        .noRows, "no combination of groups would be left",
        hint: "count fewer columns, or take out smaller counts only")
    }
    return without(gone, limit)
  }

  /// The rows of a combination of groups and controls, and those of each label and decision.
  private struct Combination {
    var rows = 0
    var isSmall = false
    var parts: [[Int]: Int] = [:]

    mutating func add(_ count: Int, at place: [Int], _ limit: Int) {
      rows += count
      isSmall = isSmall || count < limit
      parts[place, default: 0] += count
    }
  }

  /// Whether the total of a line, less what is left of it, says too much of the combinations that are gone from it.
  private static func isGivenAway(_ gone: [Combination], _ limit: Int) -> Bool {
    guard gone.count > 1, gone.reduce(0, { $0 + $1.rows }) >= limit else { return true }
    var parts: [[Int]: (rows: Int, holders: Int)] = [:]
    for combination in gone {
      for (place, count) in combination.parts {
        let sum = parts[place] ?? (0, 0)
        parts[place] = (sum.rows + count, sum.holders + 1)
      }
    }
    // A single holder is found out as soon as the others are known to have none.
    return parts.values.contains { $0.rows < limit || $0.holders < 2 }
  }

  private func without(_ gone: Set<[Int]>, _ limit: Int) -> CountingCube {
    let kept = schema.groups.count + schema.controls.count
    var part = self
    part.schema.score = nil
    part.problems = []
    part.cells = cells.filter { !gone.contains(Array($0.coordinates[..<kept])) }
    for index in part.cells.indices { part.cells[index].scores = [] }
    if !gone.isEmpty || suppression != nil {
      let before = suppression ?? Suppression(below: 0, rows: 0, combinations: [])
      let names = gone.map { place in
        place.enumerated().map { $1 == 0 ? nil : dimensions[$0].labels[$1 - 1] }
      }
      part.suppression = Suppression(
        below: max(limit, before.below), rows: before.rows + rows - part.rows,
        combinations: before.combinations.union(names))
    }
    var merger = CubeMerger(schema: part.schema)
    merger.add(part)
    return merger.cube()
  }

  /// Combinations that differ in one column only, for every column; and all of them, whose sum is the number of rows.
  private static func lines(_ places: [[Int]]) -> [[Int]] {
    var lines: [[Int]] = [Array(places.indices)]
    for dimension in places.first?.indices ?? 0..<0 {
      var along: [[Int]: [Int]] = [:]
      for (index, place) in places.enumerated() {
        var key = place
        key[dimension] = -1
        along[key, default: []].append(index)
      }
      lines += along.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }
    return lines
  }

  /// What a reader of results must know of the combinations that were taken out.
  public var suppressionNote: String? {
    guard let suppression else { return nil }
    let columns = (schema.groups + schema.controls).map(\.name)
    var touched: [String] = []
    for (place, name) in columns.enumerated() {
      let values = Set(suppression.combinations.map { $0[place] ?? DecisionTable.missingName })
      touched += values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\(name)=\($0)" }
    }
    let shown = touched.prefix(12).joined(separator: ", ") + (touched.count > 12 ? ", …" : "")
    return
      "\(suppression.combinations.count) combinations with counts below \(suppression.below) were taken out before the counts were handed on, with \(suppression.rows) rows: these groups lack rows: \(shown); comparisons of these are left out, except of combinations that are whole"
  }
}
