import BiasMetrics
import FoundationEssentials
import Reports
import Tabular
import TestSupport

/// Audits of tables made for tests: the ordinary ones, and those that break pages.
enum Sample: String, CaseIterable {
  case plain, manyGroups, longNames, strangeNames, smallGroups, oneLabel, noLabels, weights, strata,
    manyStrata,
    nobodySelected, everybodySelected, threeAttributes, missingValues, millionLetters, scores, oddScores,
    missingLabels, hundredsOfGroups

  /// Columns of the table beside `p` and `y`.
  private struct Shape {
    var groups: [[String]] = [["Women", "Men"], ["<25", "25-45", ">45"]]
    var control: [String]?
    var rows = 2_000
    var hasLabels = true
    var isWeighted = false
    var scale: Double?
    var rate: (Int) -> Double = { 0.2 + 0.1 * Double($0 % 5) }
    var positives = 0.4
  }

  private var shape: Shape {
    var shape = Shape()
    switch self {
    case .plain: break
    case .manyGroups:
      shape.groups = [(1...60).map { "group number \($0)" }, (1...6).map { "site \($0)" }]
      shape.rows = 20_000
    case .hundredsOfGroups:
      shape.groups = [(1...400).map { "group \($0)" }, (1...5).map { "site \($0)" }]
      shape.rows = 12_000
    case .longNames:
      shape.groups = [
        (1...7).map { String(repeating: "a very long name of a group ", count: 4) + "\($0)" },
        (1...9).map { "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen-\($0)" },
      ]
    case .strangeNames:
      shape.groups = [
        [
          "<script>alert(1)</script>", "\"quoted\" & 'so'", "مجموعة الاختبار", "👩‍👩‍👧‍👦 family",
          "e" + String(repeating: "\u{301}", count: 60),
          "\u{fdfd}\u{fdfd}", "漢字漢字漢字漢字漢字漢字漢字", "a\u{202e}b", "</svg></title>", "=1+1",
        ], ["x", "y"],
      ]
      shape.rows = 4_000
    case .smallGroups:
      shape.groups = [["large", "of three", "of one"], ["x", "y"]]
      shape.rows = 900
    case .oneLabel: shape.positives = 1
    case .noLabels: shape.hasLabels = false
    case .weights: shape.isWeighted = true
    case .strata: shape.control = ["north", "south", "east"]
    case .manyStrata:
      shape.control = (1...11).map { "region \($0)" }
      shape.rows = 4_000
    case .nobodySelected: shape.rate = { _ in 0 }
    case .everybodySelected: shape.rate = { _ in 1 }
    case .threeAttributes: shape.groups += [["blue", "green", "grey", "brown"]]
    case .missingValues: shape.groups[0].append("")
    case .millionLetters:
      shape.groups[0] = ["short", String(repeating: "m", count: 1_000_000)]; shape.rows = 120
    case .scores, .missingLabels: shape.scale = 1
    case .oddScores: shape.scale = 1e7
    }
    return shape
  }

  /// The table as CSV.
  private var csv: String {
    let shape = shape
    var random = SplitMix64(seed: 7)
    func chance(_ p: Double) -> Bool { Double.random(in: 0..<1, using: &random) < p }
    func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
    let names = shape.groups.indices.map { "attribute \($0)" }
    var text = (names + ["p", "y", "w", "s", "c"]).joined(separator: ",") + "\n"
    for row in 0..<shape.rows {
      var places = shape.groups.map { Int.random(in: 0..<$0.count, using: &random) }
      if self == .smallGroups { places[0] = row < 3 ? 1 : row == 3 ? 2 : 0 }
      if self == .millionLetters { places[0] = row % 30 == 0 ? 1 : 0 }
      let score = Double.random(in: 0..<1, using: &random)
      let isPositive = chance(shape.positives)
      let isSelected = chance(
        shape.rate(places.reduce(0, +)) + (isPositive ? 0.1 : 0) * (shape.rate(0) == 0 ? 0 : 1))
      let cells =
        zip(shape.groups, places).map { quoted($0[$1]) } + [
          self == .missingLabels && row % 7 == 0 ? "" : isSelected ? "1" : "0", isPositive ? "1" : "0",
          "\(1 + row % 3)", "\(score * (shape.scale ?? 1))",
          quoted(shape.control.map { $0[row % $0.count] } ?? ""),
        ]
      text += cells.joined(separator: ",") + "\n"
    }
    return text
  }

  /// The audit's report.
  func report(workers: Int = 1) async throws -> AuditReport {
    let shape = shape
    let path = FileManager.default.temporaryDirectory.appending(
      path: "report-\(UInt64.random(in: 0 ... .max)).csv"
    ).path
    try Data(csv.utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let schema = CubeSchema(
      groups: shape.groups.indices.map { TableColumn("attribute \($0)") },
      controls: shape.control == nil ? [] : [TableColumn("c")],
      label: shape.hasLabels ? TableColumn("y") : nil,
      prediction: TableColumn("p"), score: shape.scale == nil ? nil : "s",
      weight: shape.isWeighted ? "w" : nil)
    let cube = try await CountingCube.counting(paths: [path], schema: schema, workers: workers)
    let table = try DecisionTable(cube, missingLabels: .exclude)
    // So many groups are resampled elsewhere; here their page is looked at.
    let plan = AuditPlan(resamples: self == .hundredsOfGroups ? 0 : 200)
    let strata = try Audit(plan).runStrata(table, cube: cube)
    // All that a plan can ask for beside the comparisons.
    var declared = DeclaredPlan(name: "all", version: "1")
    declared.tables = [.ll144, .fourFifths]
    declared.searchDepth = self == .hundredsOfGroups ? 0 : 2
    return AuditReport(
      table: table, cube: cube,
      strata: strata.map {
        AuditReport.Stratum(controls: shape.control == nil ? [] : [("c", $0.values[0])], result: $0.result)
      },
      supplements: try AuditSupplements(declared, table: table, cube: cube), version: "test",
      manifest: ReportManifest(
        inputs: [.init(path: "decisions.csv", bytes: 12, sha256: String(repeating: "0", count: 64))],
        arguments: ["audit", "decisions.csv", "--group", "age: <25|25-45|>45"]))
  }
}
