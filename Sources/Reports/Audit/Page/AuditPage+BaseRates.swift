import BiasMetrics

extension AuditPage {
  /// Who the rows are, before anything is compared: what was read, left out and analysed, and the base rates.
  func writeBaseRates(to page: inout Markup) {
    page.element(.section, [.identity("base")]) { section in
      section.element(.h2, "Base rates and denominators")
      section.element(.h3, "Rows")
      DataFlowFigure.make(report).write(to: &section)
      for part in parts {
        section.element(.h3, "Groups" + part.among)
        for places in part.result.plan.attributeSets(of: part.table.groupDimensions) {
          denominators(part.table, places).write(to: &section)
        }
      }
      writeSmallGroups(to: &section)
    }
  }

  private func denominators(_ table: DecisionTable, _ places: [Int]) -> FigureTable {
    let groups = table.groups(by: places)
    let total = max(1, groups.reduce(0) { $0 + $1.rows })
    let isLabelled = table.hasLabels
    var undecided: [[String]: Int] = [:]
    for (coordinates, rows) in table.undecided {
      let values = places.map { place in
        coordinates[place] == 0
          ? DecisionTable.missingName : table.dimensions[place].labels[coordinates[place] - 1]
      }
      undecided[values, default: 0] += rows
    }
    let attributes = places.map { table.dimensions[$0].name }
    let positive = names(table.positiveLabel)
    return FigureTable(
      caption: "Rows by \(names.attributes(attributes))",
      columns: [.text("group"), .number("rows"), .number("share"), .number("selected")]
        + (isLabelled
          ? [.number("label \(positive)"), .number("base rate"), .number("other label")] : [])
        + (table.isWeighted ? [.number("sum of weights")] : [])
        + (undecided.isEmpty ? [] : [.number("left out: no label or decision")]),
      rows: groups.map { group in
        let c = group.counts
        var cells = [
          names.values(group.values), Shown.count(group.rows),
          Shown.percent(Double(group.rows) / Double(total)), Shown.count(c.selected),
        ]
        if isLabelled {
          cells += [
            Shown.count(c.positives), Shown.percent(RateMetric.baseRate.value(c)), Shown.count(c.negatives),
          ]
        }
        if table.isWeighted { cells.append(Shown.decimal(group.weights.total, 1)) }
        if !undecided.isEmpty { cells.append(Shown.count(undecided[group.values] ?? 0)) }
        return cells
      })
  }

  /// Groups too small to judge are listed, never left out in silence.
  private func writeSmallGroups(to section: inout Markup) {
    var rows: [[String]] = []
    for part in parts {
      for group in part.result.groups {
        let few = group.rates.filter { $0.denominator < Double(part.result.plan.minimumCount) }
        guard !few.isEmpty else { continue }
        rows.append([
          names.group(group.attributes, group.values) + (part.name.isEmpty ? "" : "; " + part.name),
          Shown.count(group.rows),
          few.map { "\(Shown.words($0.metric.rawValue)): \(Shown.count($0.denominator))" }
            .joined(separator: "; "),
        ])
      }
    }
    section.element(.h3, "Groups too small to judge")
    guard !rows.isEmpty else {
      section.element(.p, "None: every group has enough rows for every metric.")
      return
    }
    section.element(
      .p,
      "They are in every table and figure, and no verdict rests on them. A small group is not a fair one: it needs more rows, or another way to be looked at."
    )
    FigureTable(
      caption: "Groups too small to judge",
      columns: [.text("group"), .number("rows"), .text("rows that count, where too few")], rows: rows
    ).write(to: &section)
  }
}
