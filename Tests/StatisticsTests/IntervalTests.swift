import Statistics
import Testing

@Suite struct IntervalTests {
  private struct Row: Sendable {
    let successes: Int
    let trials: Int
    let level: Double
    let exact: (Double, Double)
    let wilson: (Double, Double)
    let corrected: (Double, Double)
    let jeffreys: (Double, Double)
  }

  private static func row(
    _ successes: Int, _ trials: Int, _ level: Double, _ exact: (Double, Double), _ wilson: (Double, Double),
    _ corrected: (Double, Double), _ jeffreys: (Double, Double)
  ) -> Row {
    Row(
      successes: successes, trials: trials, level: level, exact: exact, wilson: wilson, corrected: corrected,
      jeffreys: jeffreys)
  }

  /// From scipy 1.17.1: binomtest(k, n).proportion_ci(level, "wilson" | "wilsoncc"); beta.ppf and beta.isf for the exact interval
  /// and Jeffreys' (its own "exact" stops at 2e-12 absolute).
  private static let rows = [
    row(
      0, 10, 0.95, (0.0, 0.3084971078187607), (0.0, 0.27753279986288926),
      (0.0, 0.3445372183069226), (0.0, 0.21719626750921053)),
    row(
      10, 10, 0.95, (0.6915028921812392, 1.0), (0.7224672001371109, 1.0),
      (0.6554627816930775, 1.0), (0.7828037324907895, 1.0)),
    row(
      3, 10, 0.95, (0.0667395111777345, 0.6524528500599973), (0.10779126740630102, 0.6032218525388546),
      (0.08094782420999447, 0.6463292764888312), (0.09269459393815317, 0.6058183181486713)),
    row(
      1, 1_000_000, 0.99, (5.012541810981499e-09, 7.430105611978525e-06),
      (1.174054749996328e-07, 8.517433834755595e-06),
      (3.288603785779979e-08, 9.395354202556226e-06), (3.5860895615470043e-08, 6.419059235821576e-06)),
    row(
      500, 1_000, 0.9, (0.47351773123569124, 0.5264822687643087), (0.4740276914784201, 0.5259723085215798),
      (0.4735290535511577, 0.5264709464488423), (0.4740166510720502, 0.5259833489279497)),
    row(
      999_999, 1_000_000, 0.95, (0.9999944283693448, 0.9999999746821924),
      (0.9999943350881957, 0.9999998234754233),
      (0.9999935049856897, 0.9999999477998522), (0.9999953258079533, 0.9999998921023375)),
    row(
      12, 15, 0.95, (0.5191088661931469, 0.9566879948941633), (0.5481455128483065, 0.9295245065301844),
      (0.5137318468947847, 0.9468545635439739), (0.5563645383257625, 0.940229031623067)),
    row(
      0, 1, 0.5, (0.0, 0.75), (0.0, 0.3126847440825833),
      (0.0, 0.7795911050456467), (0.0, 0.4028499216144839)),
    row(
      123_456, 1_000_000_000, 0.999, (0.0001223031757562127, 0.00012461637876334222),
      (0.00012230530161157072, 0.0001246175232810267),
      (0.00012230480395237752, 0.00012461802562181796), (0.00012230367341538862, 0.00012461587642253037)),
  ]

  private func expect(_ interval: ProportionInterval, _ wanted: (Double, Double), _ row: Row) {
    #expect(abs(interval.lower - wanted.0) <= 1e-9 * wanted.0, "\(row) \(interval)")
    #expect(abs(interval.upper - wanted.1) <= 1e-9 * wanted.1, "\(row) \(interval)")
    #expect(interval.level == row.level)
  }

  @Test func agreeWithScipy() throws {
    for row in Self.rows {
      let (k, n, level) = (row.successes, row.trials, row.level)
      expect(try .clopperPearson(successes: k, trials: n, level: level), row.exact, row)
      expect(try .wilson(successes: k, trials: n, level: level), row.wilson, row)
      expect(
        try .wilson(successes: k, trials: n, level: level, continuityCorrected: true), row.corrected, row)
      expect(try .jeffreys(successes: k, trials: n, level: level), row.jeffreys, row)
    }
  }

  /// What "exact" means: at each bound, the count seen has the tail probability (1 − level)/2.
  @Test(arguments: [0.5, 0.95, 0.999999])
  func exactBoundsHaveTheRightTails(level: Double) throws {
    for (k, n) in [(1, 7), (40, 200), (199, 200), (123_456, 10_000_000)] {
      let interval = try ProportionInterval.clopperPearson(successes: k, trials: n, level: level)
      let tail = 0.5 * (1 - level)
      let low = try Binomial(trials: n, probability: interval.lower).upperTail(atLeast: k)
      #expect(abs(low / tail - 1) < 1e-9)
      let high = try Binomial(trials: n, probability: interval.upper).lowerTail(atMost: k)
      // Next to 1 the spacing of doubles limits the bound itself.
      #expect(abs(high / tail - 1) < 1e-9 + 2.3e-16 / (1 - interval.upper))
    }
  }

  @Test func noTrialsSayNothing() throws {
    for interval in [
      try ProportionInterval.clopperPearson(successes: 0, trials: 0), try .wilson(successes: 0, trials: 0),
      try .wilson(successes: 0, trials: 0, continuityCorrected: true), try .jeffreys(successes: 0, trials: 0),
    ] {
      #expect(interval.lower == 0 && interval.upper == 1)
    }
  }

  @Test func badArgumentsThrow() {
    for (k, n, level) in [(-1, 5, 0.9), (6, 5, 0.9), (0, -1, 0.9), (1, 5, 0), (1, 5, 1), (1, 5, .nan)] {
      #expect(throws: StatisticsError.self) {
        try ProportionInterval.clopperPearson(successes: k, trials: n, level: level)
      }
      #expect(throws: StatisticsError.self) {
        try ProportionInterval.wilson(successes: k, trials: n, level: level)
      }
      #expect(throws: StatisticsError.self) {
        try ProportionInterval.jeffreys(successes: k, trials: n, level: level)
      }
    }
  }
}
