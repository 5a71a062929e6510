import ArgumentParser
import Scan
import Tabular
import TextWatermark

/// `countermark scan`: every detector that applies, over everything it is given.
struct ScanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Looks for marks in files, folders, archives, patterns and standard input.",
    discussion: """
      Examples:
        countermark scan outputs.jsonl --profile lefthash.json --keys ring.json
        countermark scan evidence/ case.zip --profiles profiles/ --keys ring.json -o results.jsonl --html report.html
        countermark scan batch.jsonl --preset openai-batch --profile lefthash.json --keys ring.json
        countermark scan logs/ --profile p.json --keys ring.json -o results.jsonl --checkpoint run.state
        countermark scan logs/ --profile p.json --keys ring.json -o part-1.jsonl --shard 1/4

      Inputs are JSON lines (.jsonl, .ndjson), tables (.csv, .tsv; --text-field names the column), plain texts (one record
      each), pictures (PNG, JPEG), folders of them, tar and zip archives up to three deep, and .gz, .zst, .xz and .bz2 of all
      these. Hidden files are read only when they are named. Every record gives one line a profile and key, in input order,
      the same bytes for any number of workers. What cannot be read becomes an error line; the run goes on. What is over a
      limit is skipped and counted, never called clean.

      The last line counts every record: seen = scanned + skipped + failed. Its false_discovery says which tests Benjamini and
      Hochberg's rule rejects over the whole run: those with log10_p at or below the threshold.

      With --checkpoint the run can be stopped at any instant, even by kill -9: the same command goes on and ends with the same
      bytes as if it had never stopped. Changed inputs, profiles, tokenizers or versions are refused, and the difference named.
      Keys are told apart by their labels alone, so never give a label to another key.

      Exit status: 0 nothing flagged, 1 something flagged, 2 usage, 3 some input failed or was skipped, 4 keys, 5 internal,
      130 interrupted (what was written is whole).
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "What to look for") var detection: DetectionOptions
  @OptionGroup(title: "Pictures") var images: ImageOptions
  @OptionGroup(title: "Long runs") var long: RunOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reports") var reports: ReportOptions

  @Flag(name: .long, help: "Show each record with its tokens coloured and the arithmetic spelled out.")
  var explain = false

  func validate() throws {
    let keepsResults = output.output.map(OutputSink.keeps) ?? false
    if reports.isWanted, !keepsResults || long.shard != nil {
      throw ValidationError(
        "Reports are made of a whole run's results: add -o FILE, and for shards use merge and report.")
    }
    if explain, !output.showsTable, output.json || output.output != nil {
      throw ValidationError("--explain is for reading on a terminal; leave out --json and -o.")
    }
    if long.checkpoint != nil, !keepsResults {
      throw ValidationError("--checkpoint needs -o FILE: what went to a pipe cannot be taken up again.")
    }
    if let file = long.checkpoint, !OutputSink.keeps(file) {
      throw ValidationError("--checkpoint takes a file, not a device or a pipe.")
    }
    if long.shard != nil, output.showsTable || explain {
      throw ValidationError("--shard writes JSON lines to be merged; add -o FILE or --json.")
    }
    if input.preset != nil, detection.textField != nil || detection.idsField != nil {
      throw ValidationError("--preset names the fields; leave out --text-field and --ids-field.")
    }
  }

  func run() async throws {
    var plan = try detection.scanPlan(images: images)
    plan.text.explains = explain
    plan.images.limits.bytes = input.limits.imageBytes
    // The page draws them; results of texts alone do not depend on it.
    if reports.html != nil, !plan.images.lattices.isEmpty { plan.images.mapsMarks = true }
    var runner = ScanRunner(plan: plan, output: output, workers: detection.jobs)
    runner.fields = try detection.fields(preset: input.preset)
    runner.limits = input.limits
    runner.preset = input.preset
    runner.long = long
    runner.reports = reports
    let own = try files()
    try await runner.run(InputDiscovery.excluding(own, from: try input.sources()))
  }

  /// The files that the run writes, each of which is no other file of it.
  private func files() throws -> [String] {
    let lists = input.filesFrom.map { $0 == "-" ? [] : [($0, "the list of inputs")] } ?? []
    let states = long.checkpoint.map { [(CheckpointFile($0).names, "the checkpoint")] } ?? []
    let written = states + reports.files
    try output.checkFiles(inputs: input.inputs, others: lists + detection.files, written)
    return (output.output.map(OutputSink.names(of:)) ?? []) + written.flatMap { $0.0 }
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
      try output.checkFiles(inputs: inputs, others: detection.files)
      try await runner.run(InputDiscovery.sources(for: inputs))
    }
  }
}
