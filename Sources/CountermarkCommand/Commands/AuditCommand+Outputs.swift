import ArgumentParser
import FoundationEssentials
import Reports
import Tabular

/// Where an audit is written.
struct AuditOutputOptions: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Write the audit as JSON; - is standard output.", valueName: "file"))
  var json: String?
  @Option(name: .long, help: ArgumentHelp("Write the report as one HTML page.", valueName: "file")) var html:
    String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "An earlier audit's JSON, drawn beside this one in --html; may be repeated, oldest first.",
      valueName: "file"))
  var history: [String] = []
  @Option(name: .long, help: ArgumentHelp("Write the comparisons as CSV.", valueName: "file")) var csv:
    String?

  func validate() throws {
    guard history.isEmpty || html != nil else { throw ValidationError("--history is drawn in --html.") }
  }

  func write(_ report: AuditReport) throws {
    try write(json: report.json, csv: report.csv, html: report.html, text: report.text)
  }

  func write(_ report: ParityReport) throws {
    try write(json: report.json, csv: report.csv, html: report.html, text: report.text)
  }

  func write(_ report: GeneratedReport, problems: [RowProblem]) throws {
    try write(
      json: { report.json(problems: problems) }, csv: report.csv, html: report.html, text: report.text)
  }

  private func write(
    json makeJSON: () -> [UInt8], csv makeCSV: () -> String, html makePage: () -> String,
    text makeText: () -> String
  ) throws {
    if let json {
      let bytes = makeJSON()
      if json == "-" {
        Terminal.printOut(String(decoding: bytes, as: UTF8.self))
      } else {
        try Self.save(bytes, json)
      }
    }
    if let csv { try Self.save(Array(makeCSV().utf8), csv) }
    if let html { try Self.save(Array(makePage().utf8), html) }
    if json != "-" { Terminal.printOut(makeText()) }
  }

  /// Writes a file whole or not at all.
  static func save(_ bytes: [UInt8], _ path: String) throws {
    do {
      try Data(bytes).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandError(
        status: .usage, code: "unwritable", message: "cannot write \(path)",
        hint: "check the folder and its permissions")
    }
  }
}
