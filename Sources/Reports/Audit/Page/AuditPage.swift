import BiasMetrics

/// The page of an audit: findings first, then what they rest on, then how to check them.
///
/// Each section is a file of its own; what they share is here.
package struct AuditPage {
  let report: AuditReport
  let names: NameBook

  /// The rows that one set of findings is about.
  struct Part {
    /// A prefix of identities, unique on the page.
    var prefix: String
    /// The controls' values in words; empty where the whole table is one part.
    var name: String
    var table: DecisionTable
    var result: AuditResult
    /// The controls' values, as the audit's JSON has them; empty where the whole table is one part.
    var controls: [String: String] = [:]

    /// " among …", or nothing where the whole table is one part.
    var among: String { name.isEmpty ? "" : " among " + name }
  }

  let parts: [Part]
  /// Strata beyond these many have tables and no figures.
  static let partsWithFigures = 6

  package init(_ report: AuditReport) {
    self.report = report
    // A cluster is a person's name, or stands for one: none of them belongs on the page.
    let cluster = report.strata.lazy.compactMap(\.result.plan.cluster).first
    let named = report.table.dimensions.indices.filter {
      $0 < report.table.groupDimensions || report.table.dimensions[$0].name != cluster
    }
    let names = NameBook(
      named.flatMap { [report.table.dimensions[$0].name] + report.table.dimensions[$0].labels }
        + [DecisionTable.missingName] + report.supplements.classes)
    self.names = names
    let places = named.filter { $0 >= report.table.groupDimensions }
    let tables = Dictionary(
      report.table.strata(by: places).map { ($0.values, $0.table) }, uniquingKeysWith: { first, _ in first })
    parts = report.strata.enumerated().map { place, stratum in
      let controls = Dictionary(
        stratum.controls.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      if let table = stratum.table {
        return Part(
          prefix: "p\(place + 1)",
          name: names.group(stratum.controls.map(\.name), stratum.controls.map(\.value)), table: table,
          result: stratum.result, controls: controls)
      }
      guard !stratum.controls.isEmpty, stratum.controls.count == places.count else {
        return Part(prefix: "a", name: "", table: report.table, result: stratum.result)
      }
      return Part(
        prefix: "p\(place + 1)",
        name: names.group(stratum.controls.map(\.name), stratum.controls.map(\.value)),
        table: tables[stratum.controls.map(\.value)] ?? report.table, result: stratum.result,
        controls: controls)
    }
  }

  /// The whole page.
  package func html() -> String {
    PagePart.page(title: title) {
      writeQuestion(to: &$0)
    } main: { main in
      writeFindings(to: &main)
      writeBaseRates(to: &main)
      writeEvidence(to: &main)
      writeLimits(to: &main)
      PagePart.decision(to: &main)
      writeAppendix(to: &main)
    } footer: {
      PagePart.manifest(report.manifest, report.declaration, version: report.version, to: &$0)
    }
  }

  var title: String {
    let system = report.declaration.system.map { " of " + NameBook.brief($0) } ?? ""
    return "Bias audit" + system
  }

  /// All figures of the page, in its order.
  package var figures: [Figure] {
    [DataFlowFigure.make(report)] + chapters.flatMap(\.figures)
  }

  /// The sets of attributes that were compared, single ones first.
  func attributeSets(_ result: AuditResult) -> [[String]] {
    var seen: [[String]] = []
    for group in result.groups where !seen.contains(group.attributes) { seen.append(group.attributes) }
    return seen
  }
}
