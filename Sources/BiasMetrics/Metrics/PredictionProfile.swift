import Statistics

/// How often each group of an attribute gets each class, rows without label or prediction left out.
struct PredictionProfile {
  private let attribute: String
  private let classes: [String]
  private let groups: [(name: String, counts: [Int])]
  private let controls: [MulticlassAudit.Distance.Control]

  /// The profile of each stratum of the controls; one without controls.
  static func strata(_ cube: CountingCube, by place: Int) -> [PredictionProfile] {
    guard let target = cube.predictionDimension ?? cube.labelDimension else { return [] }
    let controls = cube.schema.groups.count..<cube.schema.groups.count + cube.schema.controls.count
    var strata: [[Int]: [CountingCube.Cell]] = [:]
    for cell in cube.cells where cell.coordinates[target] > 0 {
      if let label = cube.labelDimension, cell.coordinates[label] == 0 { continue }
      strata[Array(cell.coordinates[controls]), default: []].append(cell)
    }
    return strata.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { stratum in
      PredictionProfile(
        cube, by: place, target, stratum.value,
        zip(controls, stratum.key).map { .init(name: cube.dimensions[$0].name, value: text(cube, $0, $1)) })
    }
  }

  private static func text(_ cube: CountingCube, _ place: Int, _ code: Int) -> String {
    code == 0 ? DecisionTable.missingName : DecisionTable.shown(cube.dimensions[place].labels[code - 1])
  }

  private init(
    _ cube: CountingCube, by place: Int, _ target: Int, _ cells: [CountingCube.Cell],
    _ controls: [MulticlassAudit.Distance.Control]
  ) {
    attribute = cube.dimensions[place].name
    self.controls = controls
    let classes = cube.dimensions[target].labels
    var sums: [Int: [Int]] = [:]
    for cell in cells {
      sums[cell.coordinates[place], default: Array(repeating: 0, count: classes.count)][
        cell.coordinates[target] - 1] += cell.count
    }
    self.classes = classes
    groups = sums.sorted { $0.key < $1.key }.map { (Self.text(cube, place, $0.key), $0.value) }
  }

  /// How often predictions are dealt anew.
  struct Deals {
    /// Of each pair.
    var least: Int
    /// Of a pair that has been matched fewer than ``enough`` times by then.
    var most: Int
    /// Why no pair has a p-value.
    var reason: String?

    /// Deals that match a distance, after which its p-value is known well enough (Besag and Clifford 1991).
    static let enough = 20

    /// So many that the least p-value, times the pairs, is a quarter of alpha.
    init(least: Int, pairs: Int, alpha: Double, isWhole: Bool) {
      self.least = max(1, least)
      most = max(self.least, Int(min(40_000, 4 * Double(pairs) / alpha)))
      if !isWhole {
        reason = "not tested: rows are weighted or clustered"
      } else if Double(pairs) > alpha * Double(most + 1) {
        reason = "not tested: \(pairs) pairs are too many"
      }
    }
  }

  /// Pairs of groups that are large enough to be tested.
  func pairs(minimumCount: Int) -> Int {
    let large = groups.count { $0.counts.reduce(0, +) >= max(1, minimumCount) }
    return large * (large - 1) / 2
  }

  /// Distances of all pairs.
  func distances(minimumCount: Int, _ deals: Deals, _ seed: UInt64) -> [MulticlassAudit.Distance] {
    var all: [MulticlassAudit.Distance] = []
    for (place, second) in groups.enumerated() {
      for first in groups[..<place] {
        let (n, m) = (first.counts.reduce(0, +), second.counts.reduce(0, +))
        guard n > 0, m > 0 else { continue }
        let gaps = classes.indices.map {
          Double(first.counts[$0]) / Double(n) - Double(second.counts[$0]) / Double(m)
        }
        let widest = gaps.indices.max { abs(gaps[$0]) < abs(gaps[$1]) } ?? 0
        let distance = gaps.reduce(0) { $0 + abs($1) } / 2
        let p =
          min(n, m) >= minimumCount && deals.reason == nil
          ? Self.chance(of: distance, first.counts, second.counts, deals, seed &+ UInt64(all.count))
          : nil
        all.append(
          MulticlassAudit.Distance(
            attributes: [attribute], controls: controls, first: [first.name], second: [second.name],
            totalVariation: distance,
            widestClass: classes[widest], widestDifference: gaps[widest], p: p, adjustedP: nil,
            reason: deals.reason
              ?? (p == nil ? "not tested: a group has fewer than \(minimumCount) rows" : nil)))
      }
    }
    return all
  }

  /// The share of deals whose distance is as great: predictions of both groups are dealt anew to the rows of both.
  private static func chance(
    of distance: Double, _ first: [Int], _ second: [Int], _ deals: Deals, _ seed: UInt64
  ) -> Double {
    var random = Philox(seed: seed)
    let (n, m) = (first.reduce(0, +), second.reduce(0, +))
    var (greater, dealt) = (0, 0)
    while dealt < deals.least || (dealt < deals.most && greater < Deals.enough) {
      dealt += 1
      var (rows, left, sum) = (n + m, n, 0.0)
      for place in first.indices {
        let both = first[place] + second[place]
        let drawn = HypergeometricSampler.draw(left, of: both, among: rows, using: &random)
        sum += abs(Double(drawn) / Double(n) - Double(both - drawn) / Double(m))
        rows -= both
        left -= drawn
      }
      if sum / 2 >= distance - 1e-12 { greater += 1 }
    }
    return Double(greater + 1) / Double(dealt + 1)
  }

  /// Holm's correction over all pairs that have a p.
  static func adjust(_ distances: inout [MulticlassAudit.Distance]) {
    let places = distances.indices.filter { distances[$0].p != nil }
    guard let adjusted = try? Multiplicity.holm.adjust(places.compactMap { distances[$0].p }) else { return }
    for (place, value) in zip(places, adjusted) { distances[place].adjustedP = value }
  }
}
