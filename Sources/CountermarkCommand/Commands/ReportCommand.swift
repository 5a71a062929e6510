import ArgumentParser
import Reports
import Scan
import TextWatermark

/// `countermark report`: results for people and for other tools.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Writes the results of a scan as a page, CSV, SARIF, Markdown or JUnit.",
    discussion: """
      Examples:
        countermark report results.jsonl --html report.html
        countermark report results.jsonl --html report.html --input evidence/ --profiles profiles/ --keys ring.json
        countermark report results.jsonl --csv results.csv --sarif results.sarif --junit results.xml
        countermark report results.jsonl

      The page needs nothing else: what was looked for and with what power, flagged records with their evidence, all p-values
      against chance, a table that can be filtered and sorted, what was not examined. Results hold no texts: with --input the
      flagged records are looked up again, and with --profile and --keys their tokens are coloured.

      Adds to each test the smallest false discovery rate of the whole run at which it would be kept (Benjamini and Hochberg).
      Without a form, the Markdown summary is printed.
      """)

  @Argument(help: "Results that scan or merge wrote.") var results: String
  @OptionGroup(title: "Forms") var forms: ReportOptions

  @Option(
    name: .long,
    help: ArgumentHelp("An input of the scan, to show what was flagged; may be repeated.", valueName: "path"))
  var input: [String] = []

  @Option(name: .long, help: "Layout of the records, as in scan.") var preset: RecordPreset?
  @OptionGroup(title: "To colour tokens") var detection: DetectionOptions

  func run() async throws {
    do {
      guard forms.isWanted else {
        Terminal.printOut(try ScanReport(path: results).markdown())
        return
      }
      _ = try forms.write(results, collector: try collector(), sources: InputDiscovery.sources(for: input))
    } catch let error as ScanError {
      throw ScanRunner.commandError(error)
    }
  }

  private func collector() throws -> EvidenceCollector? {
    guard !input.isEmpty else { return nil }
    let hasProfiles = !(detection.profile + detection.profiles).isEmpty
    let plan = try hasProfiles ? detection.scanPlan(images: nil) : Self.emptyPlan()
    var run = ScanRun(plan: plan)
    run.fields = try detection.fields(preset: preset)
    return EvidenceCollector(run: run)
  }

  private static func emptyPlan() throws -> ScanPlan {
    let rule = try DecisionRule(alpha: 0.5)
    return ScanPlan(
      text: TextScanPlan(targets: [], tokenizers: [], rule: rule),
      images: ImageScanPlan(lattices: [], rule: rule))
  }
}
