import BiasMetrics

extension AuditPage {
  /// Figures about one thing, under one heading.
  struct Chapter {
    var title: String
    var figures: [Figure]
  }

  /// The figures, each with its table.
  func writeEvidence(to page: inout Markup) {
    page.element(.section, [.identity("evidence")]) { section in
      section.element(.h2, "Evidence")
      for chapter in chapters {
        section.element(.h3, chapter.title)
        for figure in chapter.figures { figure.write(to: &section) }
      }
      writeRuleTables(to: &section)
      for part in parts.dropFirst(Self.partsWithFigures) {
        section.element(.h3, "Comparisons" + part.among)
        for figure in attributeSets(part.result).enumerated().flatMap({ gaps(part, $0.offset, $0.element) }) {
          figure.table.write(to: &section)
        }
      }
    }
  }

  /// All chapters, without those that the data do not fill.
  var chapters: [Chapter] {
    let ofParts = parts.prefix(Self.partsWithFigures).flatMap { part in
      attributeSets(part.result).enumerated().map { byAttributes(part, $0.offset, $0.element) } + [
        allGroups(part)
      ]
    }
    return (ofParts + robustness + [overTime] + scores).filter { !$0.figures.isEmpty }
  }

  /// Rates and comparisons of one attribute or intersection.
  private func byAttributes(_ part: Part, _ place: Int, _ attributes: [String]) -> Chapter {
    var figures: [Figure?] = []
    for metric in part.result.plan.metrics {
      figures.append(
        RatesFigure.make(
          part.result, attributes: attributes, metric: metric, names: names,
          identity: "rates-\(part.prefix)-\(place)-\(metric.rawValue)"))
      figures.append(gap(part, place, attributes, metric))
    }
    figures.append(
      ErrorPlaneFigure.make(
        part.table, part.result, attributes: attributes, names: names,
        identity: "plane-\(part.prefix)-\(place)"))
    return Chapter(
      title: "By \(names.attributes(attributes))\(part.among)", figures: figures.compactMap { $0 })
  }

  private func gap(_ part: Part, _ place: Int, _ attributes: [String], _ metric: RateMetric) -> Figure? {
    DisparityFigure.make(
      part.result, attributes: attributes, metric: metric, names: names,
      identity: "gaps-\(part.prefix)-\(place)-\(metric.rawValue)")
  }

  private func gaps(_ part: Part, _ place: Int, _ attributes: [String]) -> [Figure] {
    part.result.plan.metrics.compactMap { gap(part, place, attributes, $0) }
  }

  /// Intersections as maps, and all groups by their size.
  private func allGroups(_ part: Part) -> Chapter {
    let funnel = FunnelFigure.make(part.result, names: names, identity: "funnel-\(part.prefix)")
    return Chapter(
      title: "All groups at once" + part.among,
      figures: HeatMapFigure.make(part.table, part.result, names: names, prefix: part.prefix)
        + [funnel].compactMap { $0 })
  }

  /// The cards' comparisons in earlier audits.
  private var overTime: Chapter {
    guard !report.history.releases.isEmpty else { return Chapter(title: "", figures: []) }
    return Chapter(
      title: "Over time",
      figures: parts.prefix(Self.partsWithFigures).flatMap { part in
        attributeSets(part.result).enumerated().flatMap { place, attributes in
          part.result.plan.metrics.compactMap { metric in
            HistoryFigure.make(
              report.history, part.result, controls: part.controls, attributes: attributes, metric: metric,
              names: names, among: part.among,
              identity: "history-\(part.name.isEmpty ? "" : part.prefix + "-")\(place)-\(metric.rawValue)")
          }
        }
      })
  }

  /// What scores say, over the whole table.
  private var scores: [Chapter] {
    guard let plan = parts.first?.result.plan, report.table.hasScores else { return [] }
    return (0..<report.table.groupDimensions).map { place in
      Chapter(
        title: "Scores by \(names(report.table.dimensions[place].name))",
        figures: ScoreFigure.make(report.table, place, plan: plan, names: names)
          + CalibrationFigure.make(report.table, place, plan: plan, names: names))
    }
  }
}
