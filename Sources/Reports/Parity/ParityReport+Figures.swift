import BiasMetrics
import Statistics

extension ParityReport {
  /// The figures of each attribute, in the order of ``findings``.
  func figures(_ names: NameBook) -> [[Figure]] {
    switch subject {
    case .numeric(let parity):
      parity.groups.enumerated().map { place, entry in
        [Self.residuals(entry.attribute, entry.groups, parity, names, "residuals-\(place)")]
          + [Self.differences(entry.attribute, parity, names, "differences-\(place)")].compactMap { $0 }
      }
    case .ranking(let parity):
      parity.attributes.enumerated().map { place, attribute in
        [Self.exposure(attribute, names, "exposure-\(place)")]
          + [Self.ratio(attribute, parity, names, "ratio-\(place)")].compactMap { $0 }
      }
    }
  }

  /// Mean residuals of all groups with their intervals: whose predictions are too high.
  private static func residuals(
    _ attribute: String, _ groups: [NumericParity.Group], _ parity: NumericParity, _ names: NameBook,
    _ identity: String
  ) -> Figure {
    let drawn = RowPlot.drawn(groups) { $0.rows > $1.rows }
    let rows = drawn.map { place -> RowPlot.Row in
      let group = groups[place]
      let value = group.figures[.meanResidual] ?? .nan
      return RowPlot.Row(
        name: names.values(group.values),
        numbers: "\(Shown.decimal(value))  n \(Shown.count(group.rows))", value: value,
        lower: group.residualInterval?.lower, upper: group.residualInterval?.upper, mark: .disc, ink: .data)
    }
    let title = "mean residuals by \(names.attributes([attribute]))"
    return Figure(
      identity: identity, title: title,
      description:
        "Mean of prediction less label for each of \(groups.count) groups; right of 0 predictions are too high.",
      note: "Lines are Student's intervals of each group alone."
        + RowPlot.remark(drawn: drawn.count, of: groups.count, "largest groups"),
      table: FigureTable(
        caption: title, columns: [.text("group"), .number("rows"), .number("mean residual"), .interval()],
        rows: groups.map { group in
          [
            names.values(group.values), Shown.count(group.rows),
            Shown.decimal(group.figures[.meanResidual] ?? .nan, 4), Shown.interval(group.residualInterval),
          ]
        }), drawing: plot(rows, limits: [(0, "even")], band: nil, axis: "prediction less label").drawings)
  }

  /// The groups that differ most in each mean, beside what is tolerated.
  private static func differences(
    _ attribute: String, _ parity: NumericParity, _ names: NameBook, _ identity: String
  ) -> Figure? {
    let found = parity.disparities.filter {
      $0.attributes == [attribute] && NumericParity.tested.contains($0.metric)
    }
    guard !found.isEmpty else { return nil }
    let rows = found.map { d -> RowPlot.Row in
      let (mark, ink) = d.verdict.map { DisparityFigure.look($0) } ?? (.disc, .data)
      return RowPlot.Row(
        name: Shown.words(d.metric.rawValue), numbers: Shown.decimal(d.difference), value: d.difference,
        lower: d.interval?.lower, upper: d.interval?.upper, mark: mark, ink: ink)
    }
    let title = "greatest differences by \(names.attributes([attribute]))"
    let delta = parity.tolerance
    return Figure(
      identity: identity, title: title,
      description: "\(found.count) means, each between the two groups that differ most in it.",
      note:
        "Lines are Welch's intervals, corrected for \(parity.familySize) comparisons."
        + (delta == nil
          ? ""
          : " The band is what is tolerated. Square: disparity; disc: within the tolerance; ring: inconclusive; cross: not judged."),
      table: FigureTable(
        caption: title,
        columns: [
          .text("figure"), .text("lower"), .text("higher"), .number("difference"), .interval(),
          .number("p, corrected"), .text("verdict"),
        ],
        rows: found.map { d in
          [
            Shown.words(d.metric.rawValue), names.values(d.lower), names.values(d.higher),
            Shown.decimal(d.difference, 4), Shown.interval(d.interval), Shown.pValue(d.adjustedP),
            d.verdict?.rawValue ?? "",
          ]
        }),
      drawing: plot(
        rows,
        limits: [(0, "equal")]
          + (delta.map { [(-$0, "-" + Shown.short($0)), ($0, Shown.short($0))] } ?? []),
        band: delta.map { (-$0, $0) }, axis: "higher group less lower group"
      ).drawings)
  }

  /// Each group's share of the exposure, beside its share of the rows.
  private static func exposure(
    _ attribute: RankingParity.Attribute, _ names: NameBook, _ identity: String
  ) -> Figure {
    let drawn = RowPlot.drawn(attribute.groups) { $0.rows > $1.rows }
    let rows = drawn.map { place -> RowPlot.Row in
      let group = attribute.groups[place]
      return RowPlot.Row(
        name: names.values(group.values),
        numbers: "\(Shown.percent(group.exposureShare)) of \(Shown.percent(group.share))",
        value: group.exposureShare, mark: .disc, ink: .data, beside: group.share)
    }
    let title = "share of exposure by \(names.attributes([attribute.name]))"
    return Figure(
      identity: identity, title: title,
      description:
        "\(attribute.groups.count) groups; a disc left of its diamond is a group that gets less than its share of places.",
      note: "Disc: share of all exposure; diamond: share of all rows."
        + RowPlot.remark(drawn: drawn.count, of: attribute.groups.count, "largest groups"),
      table: FigureTable(
        caption: title,
        columns: [
          .text("group"), .number("rows"), .number("share of rows"), .number("share of exposure"),
          .number("mean exposure"), .number("z"), .number("p"),
        ],
        rows: attribute.groups.map { group in
          [
            names.values(group.values), Shown.count(group.rows), Shown.percent(group.share),
            Shown.percent(group.exposureShare), Shown.decimal(group.meanExposure, 4),
            Shown.decimal(group.z, 2), Shown.pValue(group.adjustedP),
          ]
        }), drawing: plot(rows, limits: [], band: nil, axis: "share of all").drawings)
  }

  /// The least mean exposure over the greatest, beside what is tolerated.
  private static func ratio(
    _ attribute: RankingParity.Attribute, _ parity: RankingParity, _ names: NameBook, _ identity: String
  ) -> Figure? {
    guard !attribute.exposureRatio.isNaN else { return nil }
    let (mark, ink) = DisparityFigure.look(attribute.verdict)
    let title = "ratio of exposures by \(names.attributes([attribute.name]))"
    let pair = "\(names.values(attribute.least)) / \(names.values(attribute.greatest))"
    var plot = RowPlot.ratios(
      [
        RowPlot.Row(
          name: pair, numbers: Shown.decimal(attribute.exposureRatio), value: attribute.exposureRatio,
          lower: attribute.interval?.lower, upper: attribute.interval?.upper, mark: mark, ink: ink)
      ], tau: parity.ratioTolerance)
    plot.axis = "mean exposure over mean exposure"
    return Figure(
      identity: identity, title: title, description: "\(pair): \(Shown.decimal(attribute.exposureRatio)).",
      note:
        "The line is an interval over lists, corrected for \(parity.familySize) pairs of groups; the band is what is tolerated.",
      table: FigureTable(
        caption: title,
        columns: [.text("groups"), .number("ratio"), .interval(), .text("verdict"), .text("remark")],
        rows: [
          [
            pair, Shown.decimal(attribute.exposureRatio), Shown.interval(attribute.interval),
            attribute.verdict.rawValue, NameBook.brief(attribute.reason ?? "", limit: 200),
          ]
        ]), drawing: plot.drawings)
  }

  /// Rows on an axis that holds all that is drawn.
  private static func plot(
    _ rows: [RowPlot.Row], limits: [(value: Double, word: String)], band: (Double, Double)?, axis: String
  ) -> RowPlot {
    let bounds =
      rows.flatMap { [$0.value, $0.lower ?? .nan, $0.upper ?? .nan, $0.beside ?? .nan] }.filter(\.isFinite)
      + limits.map(\.value)
    var (least, greatest) = (bounds.min() ?? 0, bounds.max() ?? 1)
    let margin = greatest > least ? 0.05 * (greatest - least) : max(0.05, abs(least) * 0.05)
    (least, greatest) = (least - margin, greatest + margin)
    if !(greatest > least) || !(greatest - least).isFinite { (least, greatest) = (0, 1) }
    return RowPlot(
      rows: rows, least: least, greatest: greatest, ticks: Scale.ticks(from: least, to: greatest, about: 4),
      tickText: { Shown.short($0) }, band: band, limits: limits.sorted { $0.value < $1.value }, axis: axis)
  }
}
