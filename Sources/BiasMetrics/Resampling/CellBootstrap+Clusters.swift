import Statistics

extension CellBootstrap {
  /// Draws whole clusters, such as all rows of one person or template, instead of single rows.
  ///
  /// Rows of a cluster resemble each other; drawn one by one they would seem more evidence than they are. Throws as the draw of rows
  /// does, when the column is none of the table's, when it has fewer than two values, or when rows lack one. Cost: 1 ns a cluster,
  /// cell that it has rows in, and resample.
  ///
  /// - Parameters:
  ///   - table: the table, with the cluster's column among its dimensions.
  ///   - places: the attributes whose values make the groups.
  ///   - cluster: the place of the cluster's column.
  public init(
    _ table: DecisionTable, by places: [Int], clusters cluster: Int, seed: UInt64, resamples: Int = 2000
  ) throws(BiasMetricsError) {
    guard table.dimensions.indices.contains(cluster), places.allSatisfy(table.dimensions.indices.contains)
    else {
      throw BiasMetricsError(
        .invalidPlan, "the table has no column \(cluster) to take clusters of",
        hint: "name the cluster's column among the columns of the table")
    }
    let groups = table.groups(by: places).map(\.values)
    try Self.check(groups: groups.count, resamples)
    let numbers = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, $0) })
    var parts: [[(cell: Int, amount: Double)]] = Array(
      repeating: [], count: table.dimensions[cluster].labels.count)
    for cell in table.cells {
      guard cell.coordinates[cluster] > 0 else {
        throw BiasMetricsError(
          .invalidPlan, "\(cell.count) rows have no value of '\(table.dimensions[cluster].name)'",
          hint: "give each row its cluster; a row of its own needs a value of its own")
      }
      let values = places.map { table.text($0, cell.coordinates[$0]) }
      guard let group = numbers[values] else { continue }
      let part = cell.prediction ? (cell.label ? 0 : 1) : (cell.label ? 3 : 2)
      parts[cell.coordinates[cluster] - 1].append(
        (cell: 4 * group + part, amount: table.isWeighted ? cell.weight : Double(cell.count)))
    }
    parts.removeAll { $0.isEmpty }
    guard parts.count > 1 else {
      throw BiasMetricsError(
        .invalidPlan, "'\(table.dimensions[cluster].name)' makes \(parts.count) clusters",
        hint: "name a column with a value for each unit that was sampled")
    }
    var cells = [Double](repeating: 0, count: 4 * groups.count)
    for part in parts.joined() { cells[part.cell] += part.amount }
    var draws = [Double](repeating: 0, count: cells.count * resamples)
    var times = [Double](repeating: 0, count: parts.count)
    for resample in 0..<resamples {
      var random = Philox(seed: seed, stream: UInt64(resample))
      for place in times.indices { times[place] = 0 }
      for _ in parts.indices {
        // The high half of a product with the count: uniform but for 2⁻⁵⁰.
        times[Int(random.next().multipliedFullWidth(by: UInt64(parts.count)).high)] += 1
      }
      for (place, count) in times.enumerated() where count > 0 {
        for part in parts[place] { draws[part.cell * resamples + resample] += count * part.amount }
      }
    }
    self.init(
      groups: groups, resamples: resamples, cells: cells, draws: draws,
      units: parts.map { (count: 1, parts: $0) })
  }
}
