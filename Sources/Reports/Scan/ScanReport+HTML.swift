import Scan

extension ScanReport {
  /// One page for a reviewer that needs nothing else.
  ///
  /// - Parameter evidence: what ``EvidenceCollector`` found of the records of ``flagged(limit:)``.
  public func html(
    evidence: [EvidenceCollector.Key: EvidenceCollector.Evidence] = [:]
  ) throws(ScanError) -> String {
    try ScanPage(self, evidence: evidence).html()
  }

  /// The records that the page shows with their evidence.
  public func flagged() throws(ScanError) -> [EvidenceCollector.Key] {
    let rows = try ScanPage.rows(of: self).kept.filter { $0.verdict == "detected" }
    return rows.sorted { ScanPage.isStronger($0, $1) }.prefix(ScanPage.itemLimit).map {
      .init(source: $0.source, id: $0.id)
    }
  }
}
