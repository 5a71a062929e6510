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

  /// Their names while they are written, and what they are.
  var files: [(paths: [String], role: String)] {
    [("--html", html), ("--csv", csv), ("--sarif", sarif), ("--markdown", markdown), ("--junit", junit)]
      .compactMap { flag, path in
        path.flatMap { $0 == "-" ? nil : (OutputSink.names(of: $0), "the report (\(flag))") }
      }
  }

  /// Whether any report is wanted.
  var isWanted: Bool { !paths.isEmpty }

  /// Reads results and writes the reports.
  ///
  /// - Parameter evidence: finds texts and pictures of detected records; nil where these are not at hand.
  @discardableResult
  func write(
    _ results: [String], page options: ScanPageOptions = .init(), evidence: ScanEvidenceReader?
  ) throws(ReportsError) -> ScanReport {
    let report = try ScanReport(paths: results, version: CountermarkTool.version)
    if let html {
      let cards = try report.cards(options)
      let page = try report.html(
        options, cards: cards, evidence: evidence?.evidence(for: cards, of: report) ?? [:])
      try Self.write(html) { sink throws(ReportsError) in try sink(Array(page.utf8)) }
    }
    if let csv { try Self.write(csv) { sink throws(ReportsError) in try report.writeCSV(to: sink) } }
    if let sarif { try Self.write(sarif) { sink throws(ReportsError) in try report.writeSARIF(to: sink) } }
    if let markdown {
      let text = try report.markdown()
      try Self.write(markdown) { sink throws(ReportsError) in try sink(Array(text.utf8)) }
    }
    if let junit { try Self.write(junit) { sink throws(ReportsError) in try report.writeJUnit(to: sink) } }
    return report
  }

  private typealias Sink = ([UInt8]) throws(ReportsError) -> Void

  /// Writes a file whole or not at all.
  private static func write(
    _ path: String, _ body: (Sink) throws(ReportsError) -> Void
  ) throws(ReportsError) {
    func told(_ error: ScanError) -> ReportsError {
      ReportsError(
        error.code == .brokenPipe ? .brokenPipe : .unwritable, "cannot write \(path): \(error.message)",
        hint: error.hint)
    }
    let file: OutputSink
    do throws(ScanError) {
      file = try path == "-" ? OutputSink(descriptor: 1) : OutputSink(file: path)
    } catch { throw told(error) }
    try body { bytes throws(ReportsError) in
      do throws(ScanError) { try file.write(bytes) } catch { throw told(error) }
    }
    do throws(ScanError) { try file.commit() } catch { throw told(error) }
  }

  /// A report's error as the command's.
  static func commandError(_ error: ReportsError) -> any Error {
    // Whoever reads has seen enough.
    if error.code == .brokenPipe { return ExitStatus.done }
    return CommandError(
      status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
  }
}
