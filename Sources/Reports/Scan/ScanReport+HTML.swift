import Scan

extension ScanReport {
  /// The records that have a card on a page with these options, for which evidence may be looked up.
  public func cards(_ options: ScanPageOptions = .init()) throws(ReportsError) -> [ScanRecord] {
    try flaggedRecords(options.cards)
  }

  /// One self-contained page for a reviewer; it needs nothing from outside and runs no script but its own.
  ///
  /// - Parameters:
  ///   - options: how much it holds.
  ///   - cards: the detected records with evidence, from ``cards(_:)``.
  ///   - evidence: what is shown of them, by the records' index.
  public func html(
    _ options: ScanPageOptions = .init(), cards: [ScanRecord]? = nil, evidence: [Int: ScanEvidence] = [:]
  ) throws(ReportsError) -> String {
    let chosen: [ScanRecord]
    if let cards { chosen = cards } else { chosen = try self.cards(options) }
    return ScanPage(
      report: self, options: options, evidence: evidence, cards: chosen,
      rows: try foremostRecords(options.rows)
    ).html()
  }

  private func foremostRecords(_ limit: Int) throws(ReportsError) -> [ScanRecord] {
    let wanted = foremost(limit)
    let places = Dictionary(uniqueKeysWithValues: wanted.enumerated().map { ($0.element, $0.offset) })
    var found = [ScanRecord?](repeating: nil, count: wanted.count)
    try forEachRecord { record throws(ReportsError) in
      if let place = places[record.index] { found[place] = record }
    }
    return found.compactMap { $0 }
  }
}
