import BiasMetrics
import Statistics
import TestSupport
import Testing

/// Groups of so many selected of so many rows, and of so many with a positive label where that matters.
func table(_ groups: [(name: String, selected: Int, rows: Int)]) throws -> DecisionTable {
  try DecisionTable(
    groups: ["g"],
    counts: groups.map {
      (
        values: [$0.name],
        counts: Confusion(falsePositives: Double($0.selected), trueNegatives: Double($0.rows - $0.selected))
      )
    }, hasLabels: false)
}

func draw(_ n: Int, _ p: Double, _ random: inout Philox) -> Int {
  ((try? Binomial(trials: n, probability: p))?.sample(using: &random)) ?? 0
}

@Suite("Resampled rows, cell by cell")
struct CellBootstrapTests {
  private static let counts = [
    ("a", Confusion(truePositives: 60, falsePositives: 20, trueNegatives: 90, falseNegatives: 30)),
    ("b", Confusion(truePositives: 10, falsePositives: 15, trueNegatives: 60, falseNegatives: 15)),
    ("c", Confusion(truePositives: 4, falsePositives: 1, trueNegatives: 12, falseNegatives: 3)),
  ]

  private static func groups() throws -> [GroupCounts] {
    try DecisionTable(
      groups: ["g"], counts: counts.map { (values: [$0.0], counts: $0.1) }
    ).groups(by: [0])
  }

  /// The rows of the table themselves, drawn with replacement.
  @Test(
    "Cells drawn at once have the law of rows drawn one by one",
    arguments: [
      BootstrapStatistic.rate(.truePositiveRate, 1), .difference(.selectionRate, 0, 1),
      .range(.truePositiveRate),
      .rangeRatio(.selectionRate), .ratio(.falsePositiveRate, 1, 0),
    ])
  func rows(_ statistic: BootstrapStatistic) throws {
    let fast = try CellBootstrap(Self.groups(), seed: 3, resamples: 4000).distribution(statistic)
    var rows: [(group: Int, label: Bool, prediction: Bool)] = []
    for (group, (_, c)) in Self.counts.enumerated() {
      for (label, prediction, count) in [
        (true, true, c.truePositives), (false, true, c.falsePositives), (false, false, c.trueNegatives),
        (true, false, c.falseNegatives),
      ] {
        rows += Array(repeating: (group, label, prediction), count: Int(count))
      }
    }
    var random = SplitMix64(seed: 4)
    var slow: [Double] = []
    for _ in 0..<4000 {
      var sums = [Confusion(), Confusion(), Confusion()]
      for _ in rows.indices {
        let row = rows[Int.random(in: rows.indices, using: &random)]
        switch (row.label, row.prediction) {
        case (true, true): sums[row.group].truePositives += 1
        case (false, true): sums[row.group].falsePositives += 1
        case (false, false): sums[row.group].trueNegatives += 1
        case (true, false): sums[row.group].falseNegatives += 1
        }
      }
      let rates = sums.map { statistic.metric.value($0) }
      let known = rates.filter { !$0.isNaN }
      switch statistic {
      case .rate(_, let group): slow.append(rates[group])
      case .difference(_, let a, let b): slow.append(rates[a] - rates[b])
      case .ratio(_, let a, let b): slow.append(rates[a] / rates[b])
      case .range: slow.append((known.max() ?? .nan) - (known.min() ?? .nan))
      case .rangeRatio: slow.append((known.min() ?? .nan) / (known.max() ?? .nan))
      }
    }
    let plain = BootstrapDistribution(estimate: fast.estimate, draws: slow)
    // The quantiles of 4,000 draws err by less than a tenth of the standard error.
    for share in [0.025, 0.16, 0.5, 0.84, 0.975] {
      #expect(
        abs(fast.quantile(share) - plain.quantile(share)) < 0.14 * plain.standardError,
        "\(statistic) \(share)")
    }
    #expect(abs(fast.standardError / plain.standardError - 1) < 0.06)
  }

  @Test("Groups put together are those that were counted together, and a seed is a result")
  func grouped() throws {
    let fine = try CellBootstrap(Self.groups(), seed: 5, resamples: 500)
    #expect(
      try CellBootstrap(Self.groups(), seed: 5, resamples: 500).distribution(.range(.selectionRate))
        == fine.distribution(.range(.selectionRate)))
    let coarse = fine.grouped([0, 0, 1], as: [["ab"], ["c"]])
    let rate = coarse.distribution(.rate(.selectionRate, 0))
    #expect(rate.estimate == 105.0 / 300)
    #expect(abs(rate.standardError - (0.35 * 0.65 / 300).squareRoot()) < 0.004)
    #expect(coarse.distribution(.rate(.selectionRate, 7)).values.isEmpty)
  }

  @Test("A group that resamples miss is counted as undefined")
  func missed() throws {
    let sample = try CellBootstrap(
      table([("a", 20, 40), ("b", 1, 1)]).groups(by: [0]), seed: 6, resamples: 2000
    ).distribution(.rate(.selectionRate, 1))
    // One of 41 rows is missed in (40/41)^41 = 0.363 of resamples.
    #expect(abs(Double(sample.undefined) / 2000 - 0.363) < 0.035)
    #expect(sample.values.allSatisfy { $0 == 1 })
  }

  @Test("Too much to keep, and nothing to draw from, is said")
  func limits() throws {
    #expect(throws: BiasMetricsError.self) { try CellBootstrap([], seed: 1) }
    #expect(throws: BiasMetricsError.self) { try CellBootstrap(Self.groups(), seed: 1, resamples: 0) }
    #expect(throws: BiasMetricsError.self) { try CellBootstrap(Self.groups(), seed: 1, resamples: .max) }
  }

  @Test("Over groups alike the simultaneous interval of the range holds 0, the percentile interval never")
  func alike() throws {
    var random = Philox(seed: 61)
    var (held, percentile, bias, raw) = (0, 0, 0.0, 0.0)
    let runs = 200
    for _ in 0..<runs {
      let groups = try table((0..<8).map { (name: "g\($0)", selected: draw(120, 0.3, &random), rows: 120) })
      let bootstrap = try CellBootstrap(groups.groups(by: [0]), seed: random.next(), resamples: 500)
      let interval = try #require(bootstrap.rangeInterval(.selectionRate))
      held += interval.lower == 0 ? 1 : 0
      let range = bootstrap.distribution(.range(.selectionRate))
      percentile += try #require(range.percentile()).lower <= 0 ? 1 : 0
      raw += range.estimate
      bias += max(0, range.biasCorrected)
    }
    // 95 %, less three standard deviations of 200 runs.
    #expect(held >= 180, "\(held)")
    #expect(percentile == 0)
    #expect(bias < 0.7 * raw)
  }

  @Test("Over groups apart it holds the true range, and all differences hold at once, as often as they say")
  func apart() throws {
    var random = Philox(seed: 62)
    let rates = [0.2, 0.25, 0.3, 0.42, 0.5]
    var (held, together) = (0, 0)
    let runs = 300
    for _ in 0..<runs {
      let groups = try table(
        rates.enumerated().map { (name: "g\($0)", selected: draw(150, $1, &random), rows: 150) })
      let bootstrap = try CellBootstrap(groups.groups(by: [0]), seed: random.next(), resamples: 500)
      let interval = try #require(bootstrap.rangeInterval(.selectionRate))
      let pairs = bootstrap.simultaneousDifferences(.selectionRate)
      #expect(pairs.count == 10)
      let hold = pairs.allSatisfy { pair in
        let truth = rates[pair.first] - rates[pair.second]
        return pair.interval.lower <= truth && truth <= pair.interval.upper
      }
      together += hold ? 1 : 0
      held += interval.lower <= 0.3 && 0.3 <= interval.upper ? 1 : 0
    }
    // 95 %, less three standard deviations of 300 runs; the range's is the wider.
    #expect(held >= 274 && together >= 274 && together <= 297, "\(held) \(together)")
  }

  @Test("Beyond 64 groups the interval still holds together")
  func many() throws {
    var random = Philox(seed: 63)
    var held = 0
    for _ in 0..<40 {
      let groups = try table((0..<90).map { (name: "g\($0)", selected: draw(60, 0.4, &random), rows: 60) })
      let interval = try #require(
        try CellBootstrap(groups.groups(by: [0]), seed: random.next(), resamples: 400)
          .rangeInterval(.selectionRate))
      #expect(interval.upper <= 1)
      held += interval.lower == 0 ? 1 : 0
    }
    #expect(held >= 35)
  }
}

@Suite("Resampled clusters")
struct ClusterTests {
  /// Persons with several rows each, whose decisions are alike.
  private func persons(_ random: inout Philox, gap: Double) throws -> DecisionTable {
    var counts: [(values: [String], counts: Confusion)] = []
    for person in 0..<80 {
      let group = person % 2 == 0 ? "a" : "b"
      let isLiked = random.unit() < 0.4 + (group == "a" ? gap : 0)
      let selected = draw(10, isLiked ? 0.9 : 0.1, &random)
      counts.append(
        (
          values: [group, "p\(person)"],
          counts: Confusion(falsePositives: Double(selected), trueNegatives: Double(10 - selected))
        ))
    }
    return try DecisionTable(groups: ["g"], controls: ["person"], counts: counts, hasLabels: false)
  }

  @Test("Whole persons spread wider than single rows, by what theory says")
  func spread() throws {
    var random = Philox(seed: 70)
    let table = try persons(&random, gap: 0)
    let rows = try CellBootstrap(table.groups(by: [0]), seed: 1, resamples: 1000)
    let clusters = try CellBootstrap(table, by: [0], clusters: 1, seed: 1, resamples: 1000)
    let (fine, coarse) = (
      rows.distribution(.rate(.selectionRate, 0)), clusters.distribution(.rate(.selectionRate, 0))
    )
    #expect(fine.estimate == coarse.estimate)
    // 40 persons of 10 rows whose decisions are alike.
    #expect(coarse.standardError > 2 * fine.standardError)
    let parts = table.cells.filter { $0.coordinates[0] == 1 }
    var sums: [Int: (numerator: Double, denominator: Double)] = [:]
    for cell in parts {
      let old = sums[cell.coordinates[1]] ?? (0, 0)
      sums[cell.coordinates[1]] = (
        old.numerator + (cell.prediction ? Double(cell.count) : 0), old.denominator + Double(cell.count)
      )
    }
    let effective = EffectiveCount.clustered(
      sums.sorted { $0.key < $1.key }.map(\.value), rows: 400)
    let theory = (fine.estimate * (1 - fine.estimate) / effective).squareRoot()
    #expect(abs(coarse.standardError / theory - 1) < 0.1)
  }

  @Test("With persons as clusters no run in twenty finds a difference where there is none; without, many do")
  func level() throws {
    var random = Philox(seed: 71)
    var (clustered, plain) = (0, 0)
    let runs = 300
    for _ in 0..<runs {
      let table = try persons(&random, gap: 0)
      let audit = try Audit(AuditPlan(minimumCount: 10, cluster: "person", resamples: 0)).run(table)
      clustered += (audit.disparities.first?.p ?? 1) <= 0.05 ? 1 : 0
      let rows = try table.collapsed()
      plain += (try Audit(AuditPlan(resamples: 0)).run(rows).disparities.first?.p ?? 1) <= 0.05 ? 1 : 0
    }
    #expect(clustered <= 28, "\(clustered)")
    #expect(plain > 100, "\(plain)")
  }

  @Test("Rows without a cluster, and a column that is none, are refused")
  func refused() throws {
    let table = try table([("a", 1, 2), ("b", 1, 2)])
    #expect(throws: BiasMetricsError.self) { try Audit(AuditPlan(cluster: "person")).run(table) }
    #expect(throws: BiasMetricsError.self) { try CellBootstrap(table, by: [0], clusters: 5, seed: 1) }
  }
}

extension DecisionTable {
  /// The same without controls.
  fileprivate func collapsed() throws -> DecisionTable {
    try DecisionTable(
      groups: ["g"], counts: groups(by: [0]).map { (values: $0.values, counts: $0.counts) },
      hasLabels: hasLabels)
  }
}

@Suite("Shuffled groups")
struct RangePermutationTests {
  @Test("For two groups the range's p-value is that of an exact test by the difference")
  func exact() throws {
    let table = try table([("a", 9, 20), ("b", 21, 30)])
    let result = try RangePermutation(table, by: [0], metrics: [.selectionRate], seed: 1, resamples: 20_000)
      .results[0]
    // All tables with these margins whose rates differ as much.
    var exact = 0.0
    for x in 0...20 where abs(Double(x) / 20 - Double(30 - x) / 30) >= abs(9.0 / 20 - 21.0 / 30) - 1e-12 {
      exact += expOf(
        logChoose(20, x) + logChoose(30, 30 - x) - logChoose(50, 30))
    }
    #expect(abs(try #require(result.p) - exact) < 4 * (exact * (1 - exact) / 20_000).squareRoot())
    #expect(result.adjustedP == result.p)
  }

  private func logChoose(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(0) { $0 + logOf(Double(n - $1)) - logOf(Double($1 + 1)) }
  }

  @Test("On shuffled labels p-values are uniform, and of all metrics together none is too small")
  func uniform() throws {
    var random = Philox(seed: 81)
    var (ps, together) = ([Double](), 0)
    let runs = 400
    for _ in 0..<runs {
      // Base rates differ between groups; given the label the decision does not.
      let counts = (0..<12).map { group -> (values: [String], counts: Confusion) in
        let positives = draw(80, 0.2 + 0.05 * Double(group), &random)
        let (tp, fp) = (draw(positives, 0.7, &random), draw(80 - positives, 0.2, &random))
        return (
          values: ["g\(group)"],
          counts: Confusion(
            truePositives: Double(tp), falsePositives: Double(fp), trueNegatives: Double(80 - positives - fp),
            falseNegatives: Double(positives - tp))
        )
      }
      let results = try RangePermutation(
        DecisionTable(groups: ["g"], counts: counts), by: [0],
        metrics: [.truePositiveRate, .falsePositiveRate],
        seed: random.next(), resamples: 299
      ).results
      // A uniform number within the step of a p-value of 300.
      ps.append(max(0, try #require(results[0].p) - random.unit() / 300))
      together += results.contains { ($0.adjustedP ?? 1) <= 0.05 } ? 1 : 0
    }
    #expect(try KolmogorovSmirnov(uniform: ps).p > 0.001)
    // 5 % of 400 and three standard deviations.
    #expect(together <= 33, "\(together)")
  }

  @Test("Within controls, a difference that the controls make is none")
  func confounded() throws {
    // Department x selects 60 of 100, y 20 of 100; group a is mostly in x.
    func part(
      _ group: String, _ department: String, _ selected: Double, _ rows: Double
    ) -> (
      values: [String], counts: Confusion
    ) {
      (
        values: [group, department],
        counts: Confusion(falsePositives: selected, trueNegatives: rows - selected)
      )
    }
    let table = try DecisionTable(
      groups: ["g"], controls: ["department"],
      counts: [
        part("a", "x", 240, 400), part("a", "y", 20, 100), part("b", "x", 60, 100), part("b", "y", 80, 400),
      ], hasLabels: false)
    let plain = try RangePermutation(table, by: [0], metrics: [.selectionRate], seed: 1).results[0]
    let within = try RangePermutation(table, by: [0], within: [1], metrics: [.selectionRate], seed: 1)
      .results[0]
    #expect(try #require(plain.p) < 0.001)
    #expect(try #require(within.p) > 0.3)
  }

  @Test("Groups without a row below the line are left out, and a single one has no range")
  func empty() throws {
    let table = try DecisionTable(
      groups: ["g"],
      counts: [
        (values: ["a"], counts: Confusion(truePositives: 5, falseNegatives: 5)),
        (values: ["b"], counts: Confusion(falsePositives: 3, trueNegatives: 9)),
      ])
    let results = try RangePermutation(
      table, by: [0], metrics: [.truePositiveRate, .selectionRate], seed: 1, resamples: 99
    ).results
    #expect(results[0].p == nil && results[0].adjustedP == nil)
    #expect(results[1].p != nil)
    #expect(throws: BiasMetricsError.self) {
      try RangePermutation(table, by: [0], metrics: [.selectionRate], seed: 1, resamples: 0)
    }
  }
}
