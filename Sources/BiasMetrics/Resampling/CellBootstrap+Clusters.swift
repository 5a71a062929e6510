import Statistics

extension CellBootstrap {
  /// Draws whole clusters, such as all rows of one person or template, instead of single rows.
  ///
  /// Rows of a cluster resemble each other; drawn one by one they would seem more evidence than they are. Clusters that count the same
  /// are drawn together, by a multinomial count. Throws as the draw of rows does, when the column is none of the table's, when it has
  /// fewer than two values, when rows lack one, or when there are more clusters times resamples than ``mostDraws``. Cost: 20 to 60 ns a resample and distinct cluster.
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
    let kinds = try Self.kinds(table, places, cluster, groups)
    guard kinds.count <= Self.mostDraws / resamples else {
      throw BiasMetricsError(
        .invalidPlan, "\(resamples) resamples of \(kinds.count) clusters that differ",
        hint: "draw at most \(Self.mostDraws / kinds.count) resamples")
    }
    let count = kinds.reduce(0) { $0 + $1.count }
    guard count > 1, let sampler = try? MultinomialSampler(weights: kinds.map(\.count)) else {
      throw BiasMetricsError(
        .invalidPlan, "'\(table.dimensions[cluster].name)' makes \(count) clusters",
        hint: "name a column with a value for each unit that was sampled")
    }
    var cells = [Double](repeating: 0, count: 4 * groups.count)
    for kind in kinds {
      for part in kind.parts { cells[part.cell] += Double(kind.count) * part.amount }
    }
    var draws = [Double](repeating: 0, count: cells.count * resamples)
    var times = [Int](repeating: 0, count: kinds.count)
    for resample in 0..<resamples {
      var random = Philox(seed: seed, stream: UInt64(resample))
      sampler.draw(count, into: &times, using: &random)
      for (place, count) in times.enumerated() where count > 0 {
        for part in kinds[place].parts {
          draws[part.cell * resamples + resample] += Double(count) * part.amount
        }
      }
    }
    self.init(
      groups: groups, resamples: resamples, cells: cells, draws: draws,
      units: kinds.map { kind in
        (count: Double(kind.count), parts: kind.parts.map { (cell: $0.cell, amount: $0.amount) })
      })
  }

  /// Clusters that differ times resamples that are drawn at most: some ten seconds.
  public static let mostDraws = 1 << 28

  private struct Part: Hashable {
    var cell: Int
    var amount: Double
  }

  /// The clusters by what they count, in the order in which such a one comes first, and how many there are of each.
  private static func kinds(
    _ table: DecisionTable, _ places: [Int], _ cluster: Int, _ groups: [[String]]
  ) throws(BiasMetricsError) -> [(parts: [Part], count: Int)] {
    let byValues = Dictionary(groups.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var numbers: [[Int]: Int] = [:]
    var parts: [[Part]] = Array(repeating: [], count: table.dimensions[cluster].labels.count)
    for cell in table.cells {
      guard cell.coordinates[cluster] > 0 else {
        throw BiasMetricsError(
          .invalidPlan, "\(cell.count) rows have no value of '\(table.dimensions[cluster].name)'",
          hint: "give each row its cluster; a row of its own needs a value of its own")
      }
      let key = places.map { cell.coordinates[$0] }
      guard let group = numbers[key] ?? byValues[zip(places, key).map { table.text($0, $1) }] else {
        continue
      }
      numbers[key] = group
      let part = cell.prediction ? (cell.label ? 0 : 1) : (cell.label ? 3 : 2)
      parts[cell.coordinates[cluster] - 1].append(
        Part(cell: 4 * group + part, amount: table.isWeighted ? cell.weight : Double(cell.count)))
    }
    var kinds: [(parts: [Part], count: Int)] = []
    var known: [[Part]: Int] = [:]
    for cluster in parts where !cluster.isEmpty {
      if let place = known[cluster] {
        kinds[place].count += 1
      } else {
        known[cluster] = kinds.count
        kinds.append((parts: cluster, count: 1))
      }
    }
    return kinds
  }
}
