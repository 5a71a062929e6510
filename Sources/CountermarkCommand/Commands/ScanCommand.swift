import ArgumentParser
import Scan
import Tabular
import TextWatermark

/// `countermark scan`: every detector that applies, over everything it is given.
struct ScanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: "Looks for marks in files, folders, patterns and standard input.",
    discussion: """
      Examples:
        countermark scan outputs.jsonl --profile lefthash.json --keys ring.json
        countermark scan evidence/ --profiles profiles/ --keys ring.json -o results.jsonl
        zcat log.jsonl.gz | countermark scan - --profile lefthash.json --keys ring.json --ids-field response.token_ids

      Inputs are JSON lines (.jsonl, .ndjson), plain texts (one record each), pictures (PNG, JPEG), folders of them, and .gz.
      Every record gives one line a profile and key, in input order, the same bytes for any number of workers. What cannot
      be read becomes an error line; the run goes on.

      Exit status: 0 nothing flagged, 1 something flagged, 2 usage, 3 some input failed or was skipped, 4 keys, 5 internal,
      130 interrupted (what was written is whole).
      """)

  @Argument(help: "Files, folders, patterns, or - for standard input.") var inputs: [String]
  @OptionGroup(title: "What to look for") var detection: DetectionOptions
  @OptionGroup(title: "Pictures") var images: ImageOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  @Option(name: .long, help: ArgumentHelp("Skip JSON lines longer than this, in MB.", valueName: "mb"))
  var lineLimit = 16

  @Option(name: .long, help: ArgumentHelp("Skip plain texts longer than this, in MB.", valueName: "mb"))
  var textLimit = 256

  @Option(
    name: .long, help: ArgumentHelp("Skip pictures whose files are longer than this, in MB.", valueName: "mb")
  )
  var imageLimit = 512

  @Flag(name: .long, help: "Show each record with its tokens coloured and the arithmetic spelled out.")
  var explain = false

  func validate() throws {
    guard (1...1 << 20).contains(lineLimit), (1...1 << 20).contains(textLimit),
      (1...1 << 20).contains(imageLimit)
    else {
      throw ValidationError("Limits are 1 to 1048576 MB.")
    }
    if explain, !output.showsTable, output.json || output.output != nil {
      throw ValidationError("--explain is for reading on a terminal; leave out --json and -o.")
    }
  }

  func run() async throws {
    var limits = InputLimits()
    limits.lineBytes = lineLimit << 20
    limits.textBytes = textLimit << 20
    limits.imageBytes = imageLimit << 20
    var plan = try detection.scanPlan(images: images)
    plan.text.explains = explain
    plan.images.limits.bytes = imageLimit << 20
    var runner = ScanRunner(plan: plan, output: output, workers: detection.jobs)
    runner.fields = try detection.fields()
    runner.limits = limits
    try await runner.run(inputs)
  }
}

/// `countermark detect`: one kind of evidence, all its statistics.
struct DetectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect", abstract: "The full statistics of one profile or key.",
    discussion: """
      Examples:
        countermark detect text essay.txt --profile lefthash.json --keys ring.json
        countermark detect text outputs.jsonl --profile lefthash.json --keys ring.json --explain --maker-figures
        countermark detect image suspect.jpg --keys ring.json --map map.png
      """,
    subcommands: [Text.self, Image.self])

  struct Text: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "text", abstract: "Looks for text marks and shows each record's statistics.",
      discussion: """
        Examples:
          countermark detect text essay.txt --profile lefthash.json --keys ring.json --explain
          countermark detect text outputs.jsonl --profile lefthash.json --keys ring.json --evidence text
          countermark detect text outputs.jsonl --profile lefthash.json --keys ring.json --maker-figures --json
        """)

    @Argument(help: "Files, folders, patterns, or - for standard input.") var inputs: [String]
    @OptionGroup(title: "What to look for") var detection: DetectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Flag(name: .long, help: "Show each record with its tokens coloured and the arithmetic spelled out.")
    var explain = false

    @Option(name: .long, help: ArgumentHelp("With --explain, only the record of this id.", valueName: "id"))
    var record: String?

    func run() async throws {
      var plan = try detection.scanPlan(images: nil)
      plan.text.explains = explain || record != nil
      var runner = ScanRunner(plan: plan, output: output, workers: detection.jobs)
      runner.fields = try detection.fields()
      runner.onlyRecord = record
      try await runner.run(inputs)
    }
  }
}
