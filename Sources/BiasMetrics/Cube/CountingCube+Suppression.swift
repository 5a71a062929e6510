extension CountingCube {
  /// The cube without combinations of groups and controls that have a cell of fewer than `limit` rows, nor those that would give
  /// them away.
  ///
  /// A combination goes whole: were only its small cells taken out, its rates would be bent. Whoever knows a total could subtract the
  /// combinations that are left; so wherever combinations differ in one column only, at least two are taken out if any is, and they
  /// hold at least `limit` rows together: the next smallest go too. Scores are taken out altogether. This is the usual protection
  /// of single margins; it does not withstand somebody who solves all margins at once. Source: Hundepool et al., "Statistical
  /// Disclosure Control", Wiley 2012, chapter 4. Throws when nothing would be left.
  public func suppressing(below limit: Int) throws(BiasMetricsError) -> CountingCube {
    guard limit >= 2 else {
      throw BiasMetricsError(
        .invalidPlan, "counts below \(limit) cannot be taken out", hint: "give at least 2")
    }
    let kept = schema.groups.count + schema.controls.count
    var sums: [[Int]: (rows: Int, isSmall: Bool)] = [:]
    for cell in cells {
      let sum = sums[Array(cell.coordinates[..<kept])] ?? (0, false)
      sums[Array(cell.coordinates[..<kept])] = (sum.rows + cell.count, sum.isSmall || cell.count < limit)
    }
    let places = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let rows = places.map { sums[$0]?.rows ?? 0 }
    var isGone = places.map { sums[$0]?.isSmall ?? false }
    let lines = Self.lines(places)
    var changed = isGone.contains(true)
    while changed {
      changed = false
      for line in lines {
        let gone = line.filter { isGone[$0] }
        guard !gone.isEmpty, gone.count < 2 || gone.reduce(0, { $0 + rows[$1] }) < limit,
          let next = line.filter({ !isGone[$0] }).min(by: { (rows[$0], $0) < (rows[$1], $1) })
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
      "\(suppression.combinations.count) combinations with counts below \(suppression.below) were taken out before the counts were handed on, with \(suppression.rows) rows: these groups lack rows: \(shown)"
  }
}
