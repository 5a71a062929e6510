import BiasMetrics
import Statistics

/// Tables that rules ask for, ready to publish.
enum RuleTables {
  /// Rates and impact ratios by category, both ways of treating categories under two per cent.
  static func impactRatios(_ table: ImpactRatioTable, names: NameBook) -> FigureTable {
    let isScored = table.categories.contains { !$0.scoringRate.isNaN }
    return FigureTable(
      caption:
        "Impact ratios by \(names.attributes(table.attributes)); category unknown: \(Shown.count(table.unknown))\(lacking(table.lacking))",
      columns: [
        .text("category"), .number("people"), .number("share"), .number("selection rate"),
        .number("impact ratio"),
        .number("without categories under 2 %"),
      ]
        + (isScored
          ? [
            .number("scoring rate"), .number("impact ratio of scoring"),
            .number("without categories under 2 %"), .number("without a score"),
          ] : []),
      rows: table.categories.map { category in
        [
          name(category.name, names), Shown.count(category.rows), Shown.percent(category.share),
          percent(category.selectionRate, category.selectionRateBounds),
          decimal(category.selectionImpactRatio, category.selectionImpactRatioBounds),
          Shown.decimal(category.selectionImpactRatioWithoutSmall),
        ]
          + (isScored
            ? [
              Shown.percent(category.scoringRate), Shown.decimal(category.scoringImpactRatio),
              Shown.decimal(category.scoringImpactRatioWithoutSmall), Shown.count(category.unscored),
            ] : [])
      })
  }

  /// The four-fifths rule's quantities.
  static func fourFifths(_ table: FourFifthsTable, names: NameBook) -> FigureTable {
    FigureTable(
      caption:
        "Quantities of the four-fifths rule by \(names.attributes(table.attributes)), against \(table.highest.isEmpty ? "the highest, which cannot be told" : names.values(table.highest)); group unknown: \(Shown.count(table.unknown))\(lacking(table.lacking))",
      columns: [
        .text("group"), .number("people"), .number("share"), .number("selected"), .number("rate"),
        .number("ratio"),
        .number("z"), .number("Fisher's p"), .text("below four fifths"), .text("one more would lift it"),
        .text("2 % of the pool"),
      ],
      rows: table.groups.map { group in
        [
          names.values(group.values), Shown.count(group.rows), Shown.percent(group.share),
          Shown.count(group.selected),
          percent(group.rate, group.rateBounds), decimal(group.ratio, group.ratioBounds),
          Shown.decimal(group.z, 2), Shown.pValue(group.fisherP), word(group.isBelow),
          word(group.oneMoreWouldLiftIt), word(group.isLargeEnough),
        ]
      })
  }

  /// How well scores rank and foretell within each group.
  static func scores(_ parity: ScoreParity, names: NameBook) -> FigureTable {
    FigureTable(
      caption: "How well scores rank and foretell, by \(names.attributes(parity.attributes))",
      columns: [
        .text("group"), .number("rows"), .number("without a score"), .number("mean score"),
        .number("area under the curve"), .number("Brier"), .number("calibration error"),
        .number("calibration slope"),
      ],
      rows: parity.groups.map { group in
        [
          names.values(group.values), Shown.count(group.rows),
          group.missing > 0 ? Shown.count(group.missing) : "",
          Shown.decimal(group.mean), parity.hasLabels ? Shown.decimal(group.areaUnderCurve) : "",
          parity.hasLabels && parity.areChances ? Shown.decimal(group.brier) : "",
          parity.hasLabels && parity.areChances ? Shown.decimal(group.expectedCalibrationError) : "",
          parity.hasLabels && parity.areChances
            ? group.calibration.map { Shown.decimal($0.slope) } ?? "—" : "",
        ]
      })
  }

  /// Pairs of groups by their scores.
  static func scorePairs(_ parity: ScoreParity, names: NameBook) -> FigureTable {
    FigureTable(
      caption: "How far scores lie apart, by \(names.attributes(parity.attributes))",
      columns: [
        .text("group"), .text("other"), .number("greatest distance of the curves"), .number("p, corrected"),
        .number("mean distance of scores"), .number("chance that the first is higher"),
        .number("area between ROC curves"),
      ],
      rows: parity.pairs.map { pair in
        [
          names.values(pair.first), names.values(pair.second), Shown.decimal(pair.kolmogorovSmirnov),
          Shown.pValue(pair.adjustedP), Shown.decimal(pair.wasserstein), Shown.decimal(pair.superiority),
          parity.hasLabels ? Shown.decimal(pair.absoluteArea) : "",
        ]
      })
  }

  /// How far groups' predictions of classes lie apart.
  static func distances(_ distances: [MulticlassAudit.Distance], names: NameBook) -> FigureTable {
    FigureTable(
      caption: "How far groups' classes lie apart",
      columns: [
        .text("group"), .text("other"), .number("total variation"), .text("class that differs most"),
        .number("by"),
        .number("p"), .number("p, corrected"),
      ],
      rows: distances.map { pair in
        [
          names.group(pair.attributes, pair.first)
            + (pair.controls.isEmpty
              ? "" : " among " + names.group(pair.controls.map(\.name), pair.controls.map(\.value))),
          names.group(pair.attributes, pair.second),
          Shown.decimal(pair.totalVariation), names(pair.widestClass), Shown.decimal(pair.widestDifference),
          Shown.pValue(pair.p),
          pair.adjustedP.map { Shown.pValue($0) } ?? NameBook.brief(pair.reason ?? "", limit: 80),
        ]
      })
  }

  private static func lacking(_ rows: Int) -> String {
    rows == 0
      ? ""
      : "; \(Shown.count(rows)) people were taken out as small counts, and what they could change is given as bounds"
  }

  private static func percent(_ value: Double, _ bounds: ConfidenceInterval?) -> String {
    bounds.map { "\(Shown.percent($0.lower)) to \(Shown.percent($0.upper))" } ?? Shown.percent(value)
  }

  private static func decimal(_ value: Double, _ bounds: ConfidenceInterval?) -> String {
    bounds.map { Shown.interval($0) } ?? Shown.decimal(value)
  }

  private static func word(_ known: Bool?) -> String { known.map { $0 ? "yes" : "no" } ?? "cannot be told" }

  /// Values of a category joined by `|`, each cut where it is long.
  private static func name(_ joined: String, _ names: NameBook) -> String {
    joined.split(separator: "|", omittingEmptySubsequences: false).map { names(String($0)) }.joined(
      separator: ", ")
  }
}
