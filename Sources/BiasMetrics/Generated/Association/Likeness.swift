import Statistics

/// How alike outputs to the same template are, about two groups and about one: texts, or lists that were recommended.
struct Likeness<Item> {
  private struct Sample {
    var name: String
    var order: String
    var item: Item
  }
  private var units: [String: [[String]: [Sample]]] = [:]
  private var groups = Set<[String]>()
  /// How many samples of a template and group are compared, since each is compared with each.
  static var comparedSamples: Int { 5 }

  /// Adds an output; `order` settles that of samples of one name.
  mutating func add(_ item: Item, template: String, group: [String], sample: String, order: String) {
    units[template, default: [:]][group, default: []].append(Sample(name: sample, order: order, item: item))
    groups.insert(group)
  }

  /// How many comparisons are corrected for: every pair of groups, in each of so many likenesses.
  static func family(_ groups: Int, _ names: Int) -> Int { groups * (groups - 1) / 2 * names }

  /// What is said of the intervals.
  func note(_ names: Int) -> String {
    "intervals of what is lost hold together for all \(Self.family(groups.count, names)) comparisons (Bonferroni)"
  }

  /// For each pair of groups: the likeness between them beside that within each, and what is lost beyond it, by template.
  ///
  /// - Parameters:
  ///   - names: of the likenesses, each 1 for equal items.
  ///   - compare: two items' likenesses; empty where they cannot be compared.
  func figures(
    _ plan: GeneratedPlan, _ names: [String], _ compare: (Item, Item) -> [Double]
  ) -> [GeneratedFigure] {
    let templates = units.sorted { $0.key < $1.key }.map { unit in
      unit.value.mapValues { samples in
        samples.sorted { ($0.name, $0.order) < ($1.name, $1.order) }.prefix(Self.comparedSamples).map(\.item)
      }
    }
    func mean(_ likenesses: [[Double]]) -> [Double]? {
      let able = likenesses.filter { $0.count == names.count }
      guard !able.isEmpty else { return nil }
      return names.indices.map { place in able.reduce(0) { $0 + $1[place] } / Double(able.count) }
    }
    let within = templates.map { unit in
      unit.mapValues { items in
        mean(items.indices.flatMap { second in (0..<second).map { compare(items[$0], items[second]) } })
      }
    }
    let sorted = groups.sorted { $0.lexicographicallyPrecedes($1) }
    // Every pair of groups in every likeness is one family.
    let level = 1 - plan.alpha / Double(max(1, Self.family(sorted.count, names.count)))
    var figures: [GeneratedFigure] = []
    for second in sorted.indices {
      for first in 0..<second {
        var rows: [(between: [Double], within: [Double])] = []
        for (place, unit) in templates.enumerated() {
          guard let a = unit[sorted[first]], let b = unit[sorted[second]],
            let one = within[place][sorted[first]] ?? nil, let other = within[place][sorted[second]] ?? nil,
            let between = mean(a.flatMap { x in b.map { compare(x, $0) } })
          else { continue }
          rows.append((between, zip(one, other).map { ($0 + $1) / 2 }))
        }
        func tags(_ group: [String]) -> [GeneratedFigure.Tag] {
          zip(plan.attributes, group).map { .init($0, $1) }
        }
        for (place, name) in names.enumerated() {
          figures += Self.figures(
            name, rows.map { ($0.between[place], $0.within[place]) }, tags(sorted[first]),
            tags(sorted[second]), level)
        }
      }
    }
    return figures
  }

  private static func figures(
    _ name: String, _ rows: [(between: Double, within: Double)], _ subject: [GeneratedFigure.Tag],
    _ versus: [GeneratedFigure.Tag], _ level: Double
  ) -> [GeneratedFigure] {
    let count = [GeneratedFigure.Count("templates", rows.count)]
    let n = Double(rows.count)
    let between = rows.reduce(0) { $0 + $1.between } / n
    let within = rows.reduce(0) { $0 + $1.within } / n
    var figure = GeneratedFigure(
      name, between, subject: subject, versus: versus, counts: count,
      reason: rows.isEmpty ? "no template has two outputs about each group" : nil)
    guard !rows.isEmpty else { return [figure] }
    figure.noiseFloor = within
    // Student's interval holds at levels that percentiles of some thousand resamples cannot tell.
    let mean =
      rows.count < ClusterBootstrap.fewestClusters
      ? nil : Intervals.clusterMean(rows.map { ($0.within - $0.between, 1) }, level)
    let lost = GeneratedFigure(
      name + "_lost_beyond_resampling", within - between, subject: subject, versus: versus, ideal: 0,
      counts: count
    ).with(mean?.interval, level: level, method: "Student over templates")
    return [figure, lost]
  }
}
