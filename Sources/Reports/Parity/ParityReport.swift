import BiasMetrics
import Tabular

/// A comparison of predicted numbers, or of places in lists, as text, JSON, CSV and a page.
public struct ParityReport: Sendable {
  /// What was compared.
  public enum Subject: Sendable {
    /// Predicted numbers beside true ones.
    case numeric(NumericParity)
    /// Places in lists.
    case ranking(RankingParity)
  }

  /// What was compared.
  public var subject: Subject
  /// The plan as it was carried out.
  public var plan: DeclaredPlan
  /// The digest of the plan as it was declared.
  public var declaredDigest: String
  /// Rows that the files hold, also those that could not be read.
  public var rowsRead: Int
  /// Rows that could not be read.
  public var failedRows: Int
  /// The tool's version.
  public var version: String
  /// What was said of the audit before its results.
  public var declaration: AuditDeclaration
  /// What the report was made of.
  public var manifest: ReportManifest

  /// Whether groups differ by more than is tolerated.
  public var hasDisparity: Bool {
    switch subject {
    case .numeric(let parity): parity.hasDisparity
    case .ranking(let parity): parity.hasDisparity
    }
  }

  /// Takes a comparison's parts.
  public init(
    _ subject: Subject, plan: DeclaredPlan, declaredDigest: String, rowsRead: Int, failedRows: Int,
    version: String, declaration: AuditDeclaration = AuditDeclaration(),
    manifest: ReportManifest = ReportManifest()
  ) {
    self.declaration = declaration
    (self.subject, self.plan, self.declaredDigest) = (subject, plan, declaredDigest)
    (self.rowsRead, self.failedRows) = (rowsRead, failedRows)
    (self.version, self.manifest) = (version, manifest)
  }

  /// A table with its heading, and what must be known to read it.
  struct Section {
    var heading: String
    var words: String
    var columns: [String]
    var rows: [[String]]
  }

  var sections: [Section] {
    switch subject {
    case .numeric(let parity): Self.sections(parity)
    case .ranking(let parity): Self.sections(parity)
    }
  }

  var planWords: String {
    var words = "plan \(plan.name) \(plan.version), \(plan.digest)"
    if declaredDigest != plan.digest, plan.name != DeclaredPlan.flagsName {
      words += "; flags filled in what the declared plan leaves open, whose own digest is \(declaredDigest)"
    }
    return words
  }

  private static func sections(_ parity: NumericParity) -> [Section] {
    var sections: [Section] = []
    for (attribute, groups) in parity.groups {
      sections.append(
        Section(
          heading: "Predictions by \(attribute)",
          words: "A residual is the prediction less the label; its interval is Student's.",
          columns: ["group", "rows", "left out"] + NumericParity.Metric.allCases.map(\.rawValue)
            + ["interval of the mean residual"],
          rows: groups.map { group in
            [group.values.joined(separator: "|"), "\(group.rows)", "\(group.missing)"]
              + NumericParity.Metric.allCases.map { Shown.decimal(group.figures[$0] ?? .nan, 4) }
              + [Shown.interval(group.residualInterval)]
          }))
      let disparities = parity.disparities.filter { $0.attributes == [attribute] }
      sections.append(
        Section(
          heading: "The groups that differ most, by \(attribute)",
          words:
            "Means are compared by Welch's test; intervals and p count \(parity.familySize) comparisons. "
            + (parity.tolerance.map {
              "Differences of means up to \(Shown.short($0)) are tolerated; “within-tolerance” needs the intervals of all pairs of groups within."
            }
              ?? "There is no verdict: no difference was declared tolerable (--score-delta), in the number's own unit."),
          columns: [
            "figure", "least", "greatest", "difference", "interval", "ratio", "p, corrected", "verdict",
          ],
          rows: disparities.map { entry in
            [
              entry.metric.rawValue, entry.lower.joined(separator: "|"), entry.higher.joined(separator: "|"),
              Shown.decimal(entry.difference, 4), Shown.interval(entry.interval), Shown.decimal(entry.ratio),
              Shown.pValue(entry.adjustedP), entry.verdict?.rawValue ?? "",
            ]
          }))
      sections.append(
        Section(
          heading: "How far predictions lie apart, by \(attribute)",
          words: "Wasserstein distance: how far predictions must move on average to make the groups alike.",
          columns: ["group", "and", "distance"],
          rows: parity.distances.filter { $0.attributes == [attribute] }.map {
            [
              $0.first.joined(separator: "|"), $0.second.joined(separator: "|"),
              Shown.decimal($0.wasserstein, 4),
            ]
          }))
    }
    return sections
  }

  private static func sections(_ parity: RankingParity) -> [Section] {
    parity.attributes.map { attribute in
      var words =
        "A place i is worth 1 / log2(1 + i); over \(parity.lists) lists. Divergence of tops from their lists (NDKL): \(Shown.decimal(attribute.ndkl, 4))."
      if !attribute.exposureRatio.isNaN {
        words +=
          " Mean exposure of \(attribute.least.joined(separator: "|")) over that of \(attribute.greatest.joined(separator: "|")): \(Shown.decimal(attribute.exposureRatio))."
      }
      words +=
        " p: the chance of so great a deviation of any group where places are dealt anew within lists (\(parity.permutations) times, seed \(parity.seed))."
      return Section(
        heading: "Exposure by \(attribute.name)", words: words,
        columns: ["group", "rows", "share of rows", "share of exposure", "mean exposure", "z", "p"],
        rows: attribute.groups.map { group in
          [
            group.values.joined(separator: "|"), "\(group.rows)", Shown.percent(group.share),
            Shown.percent(group.exposureShare), Shown.decimal(group.meanExposure, 4),
            Shown.decimal(group.z, 2),
            group.adjustedP.map { Shown.pValue($0) } ?? "too few rows",
          ]
        })
    }
  }
}
