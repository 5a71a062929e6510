import Countermark

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Times resamples, shuffles and whole audits of a seeded table of 100,000 rows and 14 groups.
///
///     BiasBench [ROUNDS [ROWS]]
///
/// Prints one JSON line a measurement: medians over the rounds, in milliseconds of CPU time on one core.
@main
struct BiasBench {
  static func main() throws {
    let arguments = CommandLine.arguments
    let rounds = arguments.count > 1 ? Int(arguments[1]) ?? 0 : 21
    let rows = arguments.count > 2 ? Int(arguments[2]) ?? 0 : 100_000
    guard rounds > 0, rows >= 1000 else {
      print("usage: BiasBench [ROUNDS [ROWS]]")
      exit(2)
    }
    let table = try table(rows: rows)
    let groups = table.groups(by: [0, 1])
    let metrics: [RateMetric] = [.selectionRate, .truePositiveRate, .falsePositiveRate]
    let places = [0, 1]
    func report(_ what: String, _ resamples: Int, _ work: () throws -> Void) throws {
      var times: [Double] = []
      for _ in 0..<rounds {
        let start = now()
        try work()
        times.append((now() - start) * 1000)
      }
      times.sort()
      let spread = [times[0], times[times.count / 2], times[times.count - 1]].map {
        ($0 * 1000).rounded() / 1000
      }
      print(
        "{\"what\": \"\(what)\", \"rows\": \(rows), \"groups\": \(groups.count), \"resamples\": \(resamples), "
          + "\"cpu_ms\": \(spread[1]), \"least_ms\": \(spread[0]), \"greatest_ms\": \(spread[2]), \"rounds\": \(rounds)}"
      )
    }
    try report("bootstrap: draws alone", 1000) {
      _ = try CellBootstrap(groups, seed: 1, resamples: 1000)
    }
    try report("bootstrap: 3 metrics by group and their ranges, percentile intervals of all", 1000) {
      let bootstrap = try CellBootstrap(groups, seed: 1, resamples: 1000)
      for metric in metrics {
        for group in groups.indices { _ = bootstrap.distribution(.rate(metric, group)).percentile() }
        _ = bootstrap.distribution(.range(metric)).percentile()
      }
    }
    let drawn = try CellBootstrap(groups, seed: 1, resamples: 1000)
    try report("simultaneous interval of a range, all pairs", 1000) {
      _ = drawn.rangeInterval(.selectionRate)
    }
    try report("shuffled groups: 3 metrics", 1000) {
      _ = try RangePermutation(table, by: places, metrics: metrics, seed: 1, resamples: 1000)
    }
    let plain = try Audit(AuditPlan(resamples: 0))
    try report("audit without resamples", 0) { _ = try plain.run(table) }
    let audit = try Audit()
    try report("audit: two attributes and their combination, 3 metrics", 2000) { _ = try audit.run(table) }
  }

  /// Two sexes and seven categories of very different sizes, with rates that differ a little.
  static func table(rows: Int) throws -> DecisionTable {
    let shares = [0.45, 0.22, 0.14, 0.1, 0.05, 0.03, 0.01]
    var random = Philox(seed: 2_026)
    var counts: [(values: [String], counts: Confusion)] = []
    for (place, share) in shares.enumerated() {
      for sex in ["female", "male"] {
        let n = Int(Double(rows) * share / 2)
        let positives = try Binomial(trials: n, probability: 0.3 + 0.02 * Double(place)).sample(
          using: &random)
        let hits = try Binomial(trials: positives, probability: 0.6).sample(using: &random)
        let alarms = try Binomial(trials: n - positives, probability: 0.2).sample(using: &random)
        counts.append(
          (
            values: [sex, "category \(place)"],
            counts: Confusion(
              truePositives: Double(hits), falsePositives: Double(alarms),
              trueNegatives: Double(n - positives - alarms), falseNegatives: Double(positives - hits))
          ))
      }
    }
    return try DecisionTable(groups: ["sex", "category"], counts: counts)
  }

  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
