import ArgumentParser
import Reports
import Scan

/// `countermark report`: results of scans for people and for other tools.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Writes the results of scans as a page, CSV, SARIF, Markdown or JUnit.",
    discussion: """
      Examples:
        countermark report results.jsonl --html report.html --sources evidence/
        countermark report monday.jsonl tuesday.jsonl --csv all.csv --markdown summary.md
        countermark report results.jsonl --sarif results.sarif --junit results.xml
        countermark report results.jsonl --html report.html --sources . --profile lefthash.json --keys ring.json

      Results are the JSON lines that 'countermark scan' wrote. Each file is held to its own summary: a file that lost a line, gained
      one or was changed is refused. One that ends early, even in the middle of a line, is reported on as far as it goes, and
      every form says that it is incomplete. Rates of false discoveries
      (Benjamini and Hochberg) are computed anew over all results of all files.

      The page shows detected records first, then every record in a table to filter and sort. It is one file, needs nothing from
      outside, and is whole without scripts. With --sources it holds parts of the texts and small copies of the pictures, so
      mind who gets it; nothing outside that folder is read. With --profile and --keys the tokens of texts are coloured, after
      their p was found to be that of the results.

      Without a form, the summary in Markdown is printed.

      Exit status: 0 done, 2 usage or damaged results, 3 the results are incomplete, 4 keys.
      """)

  @Argument(help: ArgumentHelp("Files of results.", valueName: "results.jsonl")) var results: [String]

  @OptionGroup(title: "Forms") var forms: ReportOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The folder in which the page looks for texts and pictures that were scanned.", valueName: "folder"))
  var sources: String?
  @Option(name: .long, help: ArgumentHelp("Records in the page's table.", valueName: "n")) var rows = 100_000
  @Option(
    name: .long, help: ArgumentHelp("Detected records that the page shows with evidence.", valueName: "n"))
  var items = 200
  @Option(
    name: .long,
    help: ArgumentHelp("A profile of the scan, for colouring tokens; may be repeated.", valueName: "file"))
  var profile: [String] = []
  @Option(name: .long, help: ArgumentHelp("A folder of such profiles.", valueName: "folder")) var profiles:
    [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Your key ring, mode 0600, for colouring tokens. Also COUNTERMARK_KEYS.", valueName: "file"))
  var keys: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The key of the ring, where it is not the profile's own; may be repeated.", valueName: "id"))
  var keyID: [String] = []

  func validate() throws {
    guard !results.isEmpty else { throw ValidationError("Name at least one file of results.") }
    guard (0...2_000_000).contains(rows), (0...5_000).contains(items) else {
      throw ValidationError("--rows takes 0 to 2000000, --items 0 to 5000.")
    }
    if sources != nil, forms.html == nil { throw ValidationError("--sources is for --html.") }
    if !(profile + profiles).isEmpty || keys != nil, sources == nil {
      throw ValidationError("--profile and --keys colour texts, which --sources finds.")
    }
    if keys != nil, (profile + profiles).isEmpty {
      throw ValidationError("--keys needs --profile or --profiles.")
    }
  }

  func run() throws {
    let plan = try plan()
    var claims = FileClaims()
    for file in results { claims.read(file, as: "a file of results") }
    for file in forms.files { claims.write(file.paths, as: file.role) }
    do {
      try claims.check()
    } catch {
      throw ScanRunner.commandError(error)
    }
    let isIncomplete: Bool
    do throws(ReportsError) {
      var options = ScanPageOptions()
      (options.rows, options.cards) = (rows, items)
      let report = try forms.write(
        results, page: options, evidence: sources.map { ScanEvidenceReader(folder: $0, plan: plan) })
      if !forms.isWanted {
        Terminal.printOut(try report.markdown())
      } else if !forms.paths.contains("-") {
        Terminal.printOut(report.text())
      }
      isIncomplete = report.incompleteness != nil
      // Tables for other tools have no place for it, and a page may not be looked at at once.
      if let lack = report.incompleteness {
        Terminal.complain(
          "warning: \(printable(lack)). The report is about what could be read, and not about the whole run.")
      }
    } catch {
      throw ReportOptions.commandError(error)
    }
    if isIncomplete { throw ExitStatus.incomplete }
  }

  /// Profiles and keys for colouring; nil where none were given.
  private func plan() throws -> TextScanPlan? {
    guard !(profile + profiles).isEmpty else { return nil }
    var arguments = profile.flatMap { ["--profile", $0] } + profiles.flatMap { ["--profiles", $0] }
    if let keys { arguments += ["--keys", keys] }
    arguments += keyID.flatMap { ["--key-id", $0] }
    return try DetectionOptions.parse(arguments).scanPlan(images: nil).text
  }
}
