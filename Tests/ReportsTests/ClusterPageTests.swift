import BiasMetrics
import FoundationEssentials
import Reports
import Tabular
import TestSupport
import Testing

@Suite("Pages of tables with clusters, classes and very many groups")
struct ClusterPageTests {
  private func counted(_ text: String, _ schema: CubeSchema) async throws -> CountingCube {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "report-\(UInt64.random(in: 0 ... .max)).csv"
    ).path
    try Data(text.utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await CountingCube.counting(paths: [path], schema: schema)
  }

  private func person(_ row: Int) -> String {
    String(repeating: "0123456789abcdef", count: 3) + "-person-\(row / 2)"
  }

  /// Two rows a person; selection differs by region, so that a stratum is told from the whole.
  private func clustered() async throws -> AuditReport {
    var text = "sex,region,who,p\n"
    for row in 0..<1_600 {
      let region = row / 2 % 2 == 0 ? "north" : "south"
      let isSelected = region == "north" ? row / 4 % 4 == 0 : row / 4 % 4 != 0
      text += "\(row / 8 % 2 == 0 ? "f" : "m"),\(region),\(person(row)),\(isSelected ? 1 : 0)\n"
    }
    let cube = try await counted(
      text,
      CubeSchema(
        groups: [TableColumn("sex")], controls: [TableColumn("region"), TableColumn("who")],
        prediction: TableColumn("p")))
    let table = try DecisionTable(cube)
    let strata = try Audit(AuditPlan(metrics: [.selectionRate], cluster: "who", resamples: 50)).runStrata(
      table, cube: cube)
    return AuditReport(
      table: table, cube: cube,
      strata: strata.map { .init(controls: [("region", $0.values[0])], result: $0.result) }, version: "test")
  }

  @Test("No cluster's name is on the page: it may be a person's")
  func namesOfClusters() async throws {
    let html = try await clustered().html()
    #expect(!html.contains("0123456789abcdef") && !html.contains("person-"))
  }

  @Test("With clusters too, a stratum's figures are of its own rows, under its own name and identities")
  func strata() async throws {
    let report = try await clustered()
    let html = report.html()
    #expect(html.contains("Among region = north") && html.contains("Among region = south"))
    let identities = AuditPage(report).figures.map(\.identity)
    #expect(Set(identities).count == identities.count)
    #expect(identities.contains { $0.contains("-p1-") } && identities.contains { $0.contains("-p2-") })
    #expect(try PageReader(html).problems.isEmpty)
  }

  @Test("A finding about a class names that class")
  func classes() async throws {
    var text = "g,y,p\n"
    for row in 0..<900 {
      let label = ["cat", "dog", "emu"][row % 3]
      let isRight = row / 3 % 3 != 0 || row / 9 % 2 == 0
      text += "\(row / 9 % 2),\(label),\(isRight ? label : "cat")\n"
    }
    let cube = try await counted(
      text,
      CubeSchema(groups: [TableColumn("g")], label: TableColumn("y"), prediction: TableColumn("p")))
    let found = try MulticlassAudit(cube, plan: AuditPlan(metrics: [.truePositiveRate], resamples: 0))
    var supplements = AuditSupplements()
    supplements.classes = found.classes.map(\.name)
    let report = AuditReport(
      table: found.classes[0].table, cube: cube,
      strata: found.classes.map {
        .init(controls: [("class", $0.name)], result: $0.strata[0].result, table: $0.table)
      }, supplements: supplements, version: "test")
    let findings = try #require(report.html().components(after: "id=\"findings\"", before: "</section>"))
    for name in ["cat", "dog", "emu"] {
      #expect(findings.contains("whose label is “\(name)”"), "\(name)")
    }
  }

  @Test("A spreadsheet shows names that begin like formulas, and does not carry them out")
  func formulas() async throws {
    var text = "g,p\n"
    for row in 0..<400 {
      text += "\(["=cmd()", "@sum", "-5", "+x"][row % 4]),\(row / 4 % 2)\n"
    }
    let cube = try await counted(
      text, CubeSchema(groups: [TableColumn("g")], prediction: TableColumn("p")))
    let table = try DecisionTable(cube)
    let result = try Audit(AuditPlan(resamples: 0)).run(table, cube: cube)
    let csv = AuditReport(
      table: table, cube: cube, strata: [.init(controls: [], result: result)], version: "test"
    ).csv()
    for cell in csv.split(whereSeparator: { $0 == "," || $0 == "\n" }) {
      #expect(!"=@+".contains(cell[cell.startIndex]), "\(cell)")
    }
    #expect(csv.contains(",'=cmd()") && csv.contains(",'@sum") && csv.contains(",-5"))
  }

  @Test("Of more intersections than a page can list, the largest are listed, and it says so")
  func intersections() async throws {
    var text = "a,b,p\n"
    for row in 0..<22_400 { text += "\(row % 160),\(row / 160),\(row % 3 == 0 ? 1 : 0)\n" }
    for _ in 0..<50 { text += "159,139,1\n" }
    let cube = try await counted(
      text, CubeSchema(groups: [TableColumn("a"), TableColumn("b")], prediction: TableColumn("p")))
    let table = try DecisionTable(cube)
    let result = try Audit(AuditPlan(metrics: [.selectionRate], resamples: 0)).run(table, cube: cube)
    let page = AuditPage(
      AuditReport(
        table: table, cube: cube, strata: [.init(controls: [], result: result)], version: "test"))
    let map = try #require(page.figures.first { $0.identity == "map-a-0-1" })
    #expect(map.table.rows.count == 20_000)
    #expect(map.table.rows.contains { $0.contains("51") })
    #expect(map.note.contains("20000 largest intersections"))
  }
}
