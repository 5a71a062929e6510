import ArgumentParser
import Reports
import Scan

/// Reports that are written from the results of a scan.
struct ReportOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("One page for a reviewer, with the evidence of what was flagged.", valueName: "file"))
  var html: String?
  @Option(name: .long, help: ArgumentHelp("One row a test, with false discovery rates.", valueName: "file"))
  var csv: String?
  @Option(name: .long, help: ArgumentHelp("SARIF 2.1.0 for code hosts and dashboards.", valueName: "file"))
  var sarif: String?
  @Option(name: .long, help: ArgumentHelp("A summary in Markdown.", valueName: "file"))
  var markdown: String?
  @Option(name: .long, help: ArgumentHelp("JUnit XML for build servers.", valueName: "file"))
  var junit: String?

  /// The files that are wanted.
  var paths: [String] { [html, csv, sarif, markdown, junit].compactMap { $0 } }

  /// Whether any report is wanted.
  var isWanted: Bool { !paths.isEmpty }

  /// Reads results and writes the reports.
  ///
  /// - Parameter collector: finds the evidence of flagged records in the inputs; nil where these are not at hand.
  func write(
    _ results: String, collector: EvidenceCollector?, sources: [InputSource]
  ) throws(ScanError) -> ScanReport {
    let report = try ScanReport(path: results)
    if let html {
      let evidence = try collector.map { collector throws(ScanError) in
        collector.collect(try report.flagged(), from: sources)
      }
      try Self.write(html) { sink throws(ScanError) in
        try sink.write(Array(try report.html(evidence: evidence ?? [:]).utf8))
      }
    }
    if let csv {
      try Self.write(csv) { sink throws(ScanError) in
        try report.writeCSV { bytes throws(ScanError) in try sink.write(bytes) }
      }
    }
    if let sarif {
      try Self.write(sarif) { sink throws(ScanError) in
        try report.writeSARIF { bytes throws(ScanError) in try sink.write(bytes) }
      }
    }
    if let markdown {
      try Self.write(markdown) { sink throws(ScanError) in
        try sink.write(Array(try report.markdown().utf8))
      }
    }
    if let junit {
      try Self.write(junit) { sink throws(ScanError) in
        try report.writeJUnit { bytes throws(ScanError) in try sink.write(bytes) }
      }
    }
    return report
  }

  private static func write(
    _ path: String, _ body: (OutputSink) throws(ScanError) -> Void
  ) throws(ScanError) {
    let sink = try path == "-" ? OutputSink(descriptor: 1) : OutputSink(file: path)
    try body(sink)
    try sink.commit()
  }
}
